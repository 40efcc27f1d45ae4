// The fuzzers' corpora, replayed: every finding stays found.
#include <doctest/doctest.h>

#include <filesystem>

#include "base/file.hpp"
#include "fuzz/codec_target.hpp"
#include "fuzz/framing_target.hpp"

namespace {

/// Every file of a corpus, however many there are.
template <typename Visit>
std::size_t for_each_seed(const char* corpus, Visit visit) {
  std::size_t n = 0;
  const std::filesystem::path fuzz = std::filesystem::path(MLOPS_TEST_SOURCE_DIR) / "fuzz";
  for (const auto& entry : std::filesystem::directory_iterator(fuzz / corpus)) {
    INFO(entry.path().string());
    visit(mlops::read_file(entry.path()));
    ++n;
  }
  return n;
}

}  // namespace

TEST_SUITE("serve/fuzz") {
  TEST_CASE("the framing's corpus is cut into the same requests whole and in pieces") {
    CHECK(for_each_seed("framing_corpus", mlops::fuzz::frame_in_pieces) > 10);
  }

  TEST_CASE("the dialects' corpus is read or refused, never anything else") {
    CHECK(for_each_seed("codec_corpus", mlops::fuzz::decode_every_dialect) > 10);
  }
}
