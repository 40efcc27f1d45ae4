#include "support/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace mlops::test {
namespace {

std::filesystem::path path_of(const std::string& name) {
  // Normalised: a name may lead out of a folder that does not exist yet.
  return (std::filesystem::path(MLOPS_TEST_SOURCE_DIR) / "golden" / name).lexically_normal();
}

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

}  // namespace

void check_golden(const std::string& name, std::string_view actual) {
  const std::filesystem::path path = path_of(name);
  if (std::getenv("MLOPS_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
  }
  CAPTURE(path.string());
  REQUIRE(std::filesystem::exists(path));
  CHECK(content_of(path) == actual);
}

}  // namespace mlops::test
