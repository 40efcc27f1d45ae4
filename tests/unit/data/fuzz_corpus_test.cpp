// Replays the seeds of the CSV fuzzer, and every input that once broke the reader.
#include <doctest/doctest.h>

#include <filesystem>

#include "base/file.hpp"
#include "fuzz/csv_target.hpp"

TEST_SUITE("data/fuzz_corpus") {
  TEST_CASE("every seed of the fuzzer is read or refused, and what must hold holds") {
    const auto folder = std::filesystem::path(MLOPS_TEST_SOURCE_DIR) / "fuzz/csv_corpus";
    std::size_t n = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      CAPTURE(entry.path().filename().string());
      CHECK_NOTHROW(mlops::fuzz::read_any_table(mlops::read_file(entry.path())));
      ++n;
    }
    CHECK(n >= 26);
  }
}
