// libFuzzer target of the model reader. Run: bundle_fuzz -max_total_time=600 WORK
// tests/fuzz/bundle_corpus
#include "fuzz/bundle_target.hpp"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  mlops::fuzz::use_any_bundle({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
