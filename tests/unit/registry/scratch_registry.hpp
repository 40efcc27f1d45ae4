// A registry in a temporary directory with a clock that stands still.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.hpp"
#include "registry/registry.hpp"

namespace mlops::registry::test {

/// A file system in memory where there is one: every publication waits for several fsyncs.
inline std::filesystem::path fast_directory() {
  return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "";
}

struct ScratchRegistry {
  TempDirectory directory{fast_directory()};
  ManualClock clock{*parse_rfc3339("2026-03-02T18:23:07Z")};
  Registry registry{directory.path() / "store", clock, "ana (test)"};

  /// Publishes a version with one file of `content` below a folder, and one beside it.
  Version publish(std::string_view name, std::string_view content = "weights",
                  Json metadata = Json::object()) const {
    Publication publication = registry.begin_version(name, "monitor: {}\n");
    write_new_file(publication.directory() / "pipeline.json", R"({"kind":"test"})");
    std::filesystem::create_directories(publication.directory() / "model");
    write_new_file(publication.directory() / "model" / "weights.bin", content);
    return publication.commit(std::move(metadata));
  }
  void deploy(std::string_view name, Version version) const {
    registry.set_champion(name, version, {.type = "deployed", .message = "by a test"});
  }
  [[nodiscard]] std::filesystem::path path(std::string_view relative) const {
    return registry.root() / relative;
  }
};

/// Replaces a file's content without any of the registry's manners.
inline void overwrite(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  REQUIRE(file.good());
}

/// Changes one byte of a file, in place and without any of the registry's manners.
inline void damage(const std::filesystem::path& path, std::size_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(static_cast<char>(byte ^ 1));
  REQUIRE(file.good());
}

/// The code of the Error that `action` throws; "none" when it does not.
template <typename Action>
std::string error_code_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

}  // namespace mlops::registry::test
