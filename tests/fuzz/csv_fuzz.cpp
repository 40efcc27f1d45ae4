// libFuzzer target of the table reader. Run: csv_fuzz -max_total_time=600 WORK
// tests/fuzz/csv_corpus
#include "fuzz/csv_target.hpp"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  mlops::fuzz::read_any_table({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
