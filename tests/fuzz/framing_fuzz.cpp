// libFuzzer target of the HTTP framing. Run: framing_fuzz -max_total_time=300 WORK
// tests/fuzz/framing_corpus
#include "fuzz/framing_target.hpp"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  mlops::fuzz::frame_in_pieces({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
