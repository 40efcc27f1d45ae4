#include "registry/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "registry/registry.hpp"

namespace mlops::registry::layout {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDatasetSuffix = ".csv.gz";

constexpr std::array<std::string_view, 9> kModelEntries{"model.yaml",
                                                        "aliases.yaml",
                                                        "tags.yaml",
                                                        "removed.yaml",
                                                        "events.jsonl",
                                                        "versions",
                                                        "observations.sqlite",
                                                        "observations.sqlite-wal",
                                                        "observations.sqlite-shm"};

}  // namespace

fs::path format_file(const fs::path& root) {
  return root / "registry.yaml";
}
fs::path models(const fs::path& root) {
  return root / "models";
}
fs::path datasets(const fs::path& root) {
  return root / "datasets";
}

fs::path dataset(const fs::path& root, std::string_view sha256) {
  if (!is_sha256(sha256))
    throw Error(ErrorKind::invalid_argument, "dataset.bad_hash",
                fmt::format("'{}' is not a SHA-256 in hexadecimal", sha256));
  return datasets(root) / fmt::format("{}{}", sha256, kDatasetSuffix);
}

fs::path model(const fs::path& root, std::string_view name) {
  if (!is_valid_model_name(name))
    throw Error(ErrorKind::invalid_argument, "model.bad_name",
                fmt::format("'{}' is not a model name", name),
                "names are 1 to 64 of a-z, 0-9, - and _, and start with a letter or digit");
  return models(root) / name;
}

fs::path aliases(const fs::path& directory) {
  return directory / "aliases.yaml";
}
fs::path tags(const fs::path& directory) {
  return directory / "tags.yaml";
}
fs::path removed(const fs::path& directory) {
  return directory / "removed.yaml";
}
fs::path events(const fs::path& directory) {
  return directory / "events.jsonl";
}
fs::path model_config(const fs::path& directory) {
  return directory / "model.yaml";
}
fs::path observations(const fs::path& directory) {
  return directory / "observations.sqlite";
}
fs::path versions(const fs::path& directory) {
  return directory / "versions";
}

fs::path version(const fs::path& directory, std::uint32_t number) {
  return versions(directory) / std::to_string(number);
}

fs::path manifest(const fs::path& version_directory) {
  return version_directory / kManifestName;
}

bool is_model_entry(std::string_view file_name) noexcept {
  return std::find(kModelEntries.begin(), kModelEntries.end(), file_name) != kModelEntries.end();
}

fs::path staging_lock(const fs::path& root) {
  return models(root) / ".lock";
}
fs::path datasets_lock(const fs::path& root) {
  return datasets(root) / ".lock";
}
fs::path locks(const fs::path& root) {
  return models(root) / ".locks";
}

fs::path model_lock(const fs::path& root, std::string_view name, std::string_view purpose) {
  const std::string file = model(root, name).filename().string();
  if (!is_valid_model_name(purpose))
    throw Error(ErrorKind::invalid_argument, "lock.bad_purpose",
                fmt::format("'{}' is not a purpose of a lock", purpose));
  return locks(root) / fmt::format("{}.{}.lock", file, purpose);
}

fs::path replacement(const fs::path& path) {
  return path.parent_path() / fmt::format(".{}.tmp", path.filename().string());
}

bool is_replacement(std::string_view file_name) noexcept {
  return file_name.size() > 5 && file_name.starts_with('.') && file_name.ends_with(".tmp");
}

std::optional<std::uint32_t> parse_version(std::string_view text) noexcept {
  if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> parse_dataset(std::string_view file_name) {
  if (!file_name.ends_with(kDatasetSuffix)) return std::nullopt;
  file_name.remove_suffix(kDatasetSuffix.size());
  if (!is_sha256(file_name)) return std::nullopt;
  return std::string(file_name);
}

bool is_sha256(std::string_view text) noexcept {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace mlops::registry::layout
