// libFuzzer target of the scoring dialects. Run: codec_fuzz -max_total_time=300 WORK
// tests/fuzz/codec_corpus
#include "fuzz/codec_target.hpp"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  mlops::fuzz::decode_every_dialect({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
