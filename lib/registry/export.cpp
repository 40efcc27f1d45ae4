// Writing an archive: declared in archive.hpp.
#include <fmt/format.h>

#include <array>
#include <fstream>

#include "base/file.hpp"
#include "registry/archive.hpp"
#include "registry/archive_layout.hpp"
#include "registry/directory.hpp"
#include "registry/gzip.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"
#include "registry/sealed.hpp"
#include "registry/tar.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

void add_text(TarWriter& tar, std::string_view path, std::string_view text) {
  tar.begin(path, text.size());
  tar.write(text);
}

/// Copies a file; one that changes its size meanwhile is an error, not a broken archive.
void add_file(TarWriter& tar, std::string_view path, const fs::path& file,
              std::uint64_t size_bytes) {
  tar.begin(path, size_bytes);
  std::ifstream input(file, std::ios::binary);
  std::array<char, 1 << 16> block{};
  std::uint64_t copied = 0;
  while (input.read(block.data(), block.size()) || input.gcount() > 0) {
    const auto count = static_cast<std::size_t>(input.gcount());
    copied += count;
    if (copied > size_bytes) break;
    tar.write({block.data(), count});
  }
  if (copied != size_bytes)
    throw Error(ErrorKind::io, "archive.unreadable",
                fmt::format("cannot read the {} bytes of '{}'", size_bytes, file.string()));
}

}  // namespace

ExportReport export_version(const Registry& registry, std::string_view name, Version version,
                            WithDatasets datasets, std::ostream& output) {
  registry.check_integrity(name, version);
  const fs::path directory = registry.version_directory(name, version);
  const Manifest manifest = registry.manifest(name, version);
  const std::string manifest_text = read_file(layout::manifest(directory));
  ExportReport report{.model = manifest.model, .version = version};
  GzipWriter gzip([&](std::string_view piece) {
    output.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (!output) throw Error(ErrorKind::io, "file.io", "cannot write the archive");
  });
  TarWriter tar([&](std::string_view bytes) { gzip.write(bytes); }, manifest.created_at);
  const std::string top = fmt::format("{}-{}/", name, version);
  add_text(tar, top + std::string(archive::kHeader),
           archive::header_text({.model = manifest.model,
                                 .version = version,
                                 .manifest_sha256 = manifest_sha256(manifest_text, "manifest")}));
  add_text(tar, fmt::format("{}{}{}", top, archive::kVersion, layout::kManifestName),
           manifest_text);
  for (const FileEntry& file : manifest.files) {
    add_file(tar, fmt::format("{}{}{}", top, archive::kVersion, file.path), directory / file.path,
             file.size_bytes);
    ++report.n_files;
    report.n_bytes += file.size_bytes;
  }
  for (const std::string& hash : manifest.datasets) {
    const fs::path path = layout::dataset(registry.root(), hash);
    if (datasets == WithDatasets::no) break;
    const std::uint64_t size = size_of_file(path);
    add_file(tar, fmt::format("{}{}{}", top, archive::kDatasets, path.filename().string()), path,
             size);
    ++report.n_datasets;
    report.n_bytes += size;
  }
  tar.finish();
  gzip.finish();
  output.flush();
  if (!output) throw Error(ErrorKind::io, "file.io", "cannot write the archive");
  return report;
}

ExportReport export_version(const Registry& registry, std::string_view name, Version version,
                            WithDatasets datasets, const fs::path& file) {
  const fs::path parent = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const TempDirectory staging(parent, ".mlops-export-");
  const fs::path prepared = staging.path() / "archive";
  std::ofstream output(prepared, std::ios::binary);
  if (!output) throw_system_error("create", prepared, errno);
  ExportReport report = export_version(registry, name, version, datasets, output);
  output.close();
  if (!output) throw Error(ErrorKind::io, "file.io", "cannot write the archive");
  std::error_code error;
  fs::rename(prepared, file, error);
  if (error) throw_system_error("rename", file, error.value());
  return report;
}

}  // namespace mlops::registry
