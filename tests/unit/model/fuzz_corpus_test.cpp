// Replays the seeds of the bundle fuzzer, and every input that once broke the reader.
#include <doctest/doctest.h>

#include <filesystem>

#include "base/file.hpp"
#include "fuzz/bundle_target.hpp"

TEST_SUITE("model/fuzz_corpus") {
  TEST_CASE("every seed of the fuzzer is read or refused, and what is read can be used") {
    const auto folder = std::filesystem::path(MLOPS_TEST_SOURCE_DIR) / "fuzz/bundle_corpus";
    std::size_t n_seeds = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      CAPTURE(entry.path().string());
      CHECK_NOTHROW(mlops::fuzz::use_any_bundle(mlops::read_file(entry.path())));
      ++n_seeds;
    }
    CHECK(n_seeds >= 3);
  }
}
