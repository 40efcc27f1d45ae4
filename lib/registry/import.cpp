// Taking an archive in: declared in archive.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "registry/archive.hpp"
#include "registry/archive_layout.hpp"
#include "registry/datasets.hpp"
#include "registry/gzip.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"
#include "registry/staging.hpp"
#include "registry/tar.hpp"
#include "registry/tree.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxDepth = 64;  // of the manifest's JSON; ours has less than ten

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::corrupt, "archive.refused", "the archive is refused: " + why);
}

[[noreturn]] void too_large(const std::string& what) {
  throw Error(ErrorKind::invalid_data, "archive.too_large",
              "the archive is larger than allowed: " + what, "raise the limit if you trust it");
}

/// Deeply nested JSON would overflow the stack of whoever walks it.
void check_depth(std::string_view json) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) refuse("its manifest is nested too deeply");
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;
    }
  }
}

/// One archive on its way into a registry.
class Import {
 public:
  Import(const Registry& registry, std::istream& input, const ImportOptions& options)
      : registry_(registry),
        options_(options),
        gzip_(input, "the archive"),
        tar_([this](std::span<char> buffer) { return gzip_.read(buffer); }) {}

  ImportReport run() {
    read_header();
    read_manifest();
    const std::string name = options_.name.value_or(header_.model);
    Publication publication = registry_.begin_version(name, options_.model_yaml);
    const Staging snapshots(registry_.root());
    read_files(publication.directory(), snapshots.path());
    sync_tree(snapshots.path());
    for (const std::string& hash : snapshots_)
      adopt_snapshot(registry_.root(), snapshots.path() / hash, hash);
    return commit(publication, name);
  }

 private:
  /// The next file without the archive's top directory, which is the same for all.
  std::optional<TarEntry> next() {
    auto entry = tar_.next();
    if (!entry) return entry;
    const std::size_t slash = entry->path.find('/');
    const std::string top = entry->path.substr(0, slash);
    if (top_.empty()) top_ = top;
    if (slash == std::string::npos || top != top_)
      refuse(fmt::format("'{}' is not below its top directory", entry->path));
    entry->path.erase(0, slash + 1);
    return entry;
  }

  std::string text_of(std::string_view expected_path, std::uint64_t max_bytes) {
    const auto entry = next();
    if (!entry || entry->path != expected_path)
      refuse(fmt::format("it does not hold {} where it should", expected_path));
    if (entry->size_bytes > max_bytes)
      too_large(fmt::format("{} has {} bytes", expected_path, entry->size_bytes));
    std::string text(static_cast<std::size_t>(entry->size_bytes), '\0');
    tar_.read(text);
    return text;
  }

  void read_header() {
    header_ = archive::parse_header(text_of(archive::kHeader, archive::kMaxHeaderBytes));
  }

  void read_manifest() {
    const std::string path = fmt::format("{}{}", archive::kVersion, layout::kManifestName);
    const std::string text = text_of(path, options_.limits.max_manifest_bytes);
    check_depth(text);
    manifest_ = parse_manifest(text, path);
    if (manifest_sha256(text, path) != header_.manifest_sha256 ||
        manifest_.model != header_.model || manifest_.version != header_.version)
      refuse("its manifest is not the one it announces");
    if (manifest_.files.size() > options_.limits.max_files)
      too_large(fmt::format("{} files", manifest_.files.size()));
    std::uint64_t total = 0;
    for (const FileEntry& file : manifest_.files) {
      if (file.size_bytes > options_.limits.max_bytes - total)
        too_large(fmt::format("more than {} bytes", options_.limits.max_bytes));
      total += file.size_bytes;
      if (file.path == layout::kManifestName || !expected_.emplace(file.path, &file).second)
        refuse(fmt::format("its manifest lists '{}' in a wrong way", file.path));
    }
    for (const auto& [file, entry] : expected_) {
      for (std::size_t at = file.find('/'); at != std::string::npos; at = file.find('/', at + 1)) {
        if (expected_.contains(std::string_view(file).substr(0, at)))
          refuse(fmt::format("its manifest lists '{}' below a file", file));
      }
    }
  }

  void read_files(const fs::path& version, const fs::path& snapshots) {
    while (const auto entry = next()) {
      if (entry->path.starts_with(archive::kVersion)) {
        read_file_of_version(*entry, version);
      } else if (entry->path.starts_with(archive::kDatasets)) {
        read_snapshot(*entry, snapshots);
      } else {
        refuse(fmt::format("'{}' does not belong into it", entry->path));
      }
    }
    if (!expected_.empty()) refuse(fmt::format("'{}' is missing in it", expected_.begin()->first));
  }

  void read_file_of_version(const TarEntry& entry, const fs::path& version) {
    const auto found = expected_.find(entry.path.substr(archive::kVersion.size()));
    if (found == expected_.end())
      refuse(fmt::format("'{}' is not in its manifest, or stands twice", entry.path));
    const FileEntry& file = *found->second;
    if (entry.size_bytes != file.size_bytes) fail_hash(entry.path);
    const fs::path target = version / file.path;
    mlops::create_directories(target.parent_path());
    if (copy_to(target) != file.sha256) fail_hash(entry.path);
    expected_.erase(found);
  }

  void read_snapshot(const TarEntry& entry, const fs::path& directory) {
    const auto hash = layout::parse_dataset(entry.path.substr(archive::kDatasets.size()));
    const auto& listed = manifest_.datasets;
    if (!hash || std::find(listed.begin(), listed.end(), *hash) == listed.end() ||
        !snapshots_.insert(*hash).second)
      refuse(fmt::format("'{}' is not a snapshot its manifest lists once", entry.path));
    if (entry.size_bytes > options_.limits.max_bytes)
      too_large(fmt::format("'{}' has {} bytes", entry.path, entry.size_bytes));
    copy_to(directory / *hash);
    const std::string fault =
        snapshot_file_fault(directory / *hash, *hash, options_.limits.max_bytes);
    if (!fault.empty()) refuse(fmt::format("'{}': {}", entry.path, fault));
  }

  /// Writes the current entry into a new file; returns its hash.
  std::string copy_to(const fs::path& target) {
    std::ofstream output(target, std::ios::binary);
    if (!output) throw_system_error("create", target, errno);
    Sha256 hash;
    std::array<char, 1 << 16> block{};
    while (const std::size_t count = tar_.read(block)) {
      hash.update({block.data(), count});
      output.write(block.data(), static_cast<std::streamsize>(count));
    }
    output.close();
    if (!output) throw_system_error("write", target, errno);
    return hash.finish_hex();
  }

  [[noreturn]] static void fail_hash(const std::string& path) {
    throw Error(ErrorKind::corrupt, "archive.wrong_hash",
                fmt::format("'{}' in the archive is not what its manifest says", path),
                "it was damaged or changed after the export");
  }

  ImportReport commit(Publication& publication, const std::string& name) {
    Json metadata = std::move(manifest_.metadata);
    metadata["imported_from"] = {{"model", header_.model},
                                 {"version", header_.version},
                                 {"created_at", to_rfc3339(manifest_.created_at)},
                                 {"manifest_sha256", header_.manifest_sha256}};
    Event event{.type = "imported",
                .message = fmt::format("imported from an archive of {}@{}", header_.model,
                                       header_.version)};
    event.evidence["imported_from"] = metadata["imported_from"];
    const Version version = publication.commit(std::move(metadata), std::move(event));
    return {.model = name,
            .version = version,
            .original_model = header_.model,
            .original_version = header_.version,
            .n_files = manifest_.files.size(),
            .n_datasets = snapshots_.size()};
  }

  const Registry& registry_;
  const ImportOptions& options_;
  GzipReader gzip_;
  TarReader tar_;
  std::string top_;
  archive::Header header_;
  Manifest manifest_;
  std::map<std::string, const FileEntry*, std::less<>> expected_;
  std::set<std::string> snapshots_;
};

}  // namespace

ImportReport import_version(const Registry& registry, std::istream& input,
                            const ImportOptions& options) {
  return Import(registry, input, options).run();
}

}  // namespace mlops::registry
