// One version as one .tar.gz that another registry can check and take in. The file may come from
// anybody: nothing in it is believed before its hash was checked, and nothing is written outside
// the staging directory before the whole archive was. Part of the on-disk format; see
// docs/registry-format.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "registry/registry.hpp"

namespace mlops::registry {

/// What was written.
struct ExportReport {
  std::string model;
  Version version = 0;
  std::uint64_t n_files = 0;
  std::uint64_t n_datasets = 0;
  std::uint64_t n_bytes = 0;  ///< of files and snapshots, before compression
};

/// Whether the training snapshots go along.
enum class WithDatasets { yes, no };

/// Writes name@version, checked first: the same version gives the same bytes. Throws not_found,
/// corrupt when the version is damaged, io when the stream fails.
ExportReport export_version(const Registry& registry, std::string_view name, Version version,
                            WithDatasets datasets, std::ostream& output);
/// The same into a file, which appears whole or not at all; an existing one is replaced.
ExportReport export_version(const Registry& registry, std::string_view name, Version version,
                            WithDatasets datasets, const std::filesystem::path& file);

/// How much an archive may bring along.
struct ImportLimits {
  std::uint64_t max_bytes = std::uint64_t{8} << 30;  ///< of all files, and of a snapshot unpacked
  std::uint64_t max_files = 10'000;
  std::uint64_t max_manifest_bytes = std::uint64_t{32} << 20;
};

struct ImportOptions {
  /// The model to import as; the archive's own name when absent.
  std::optional<std::string> name;
  /// Written as model.yaml when the model is new. An archive never brings one: it may name commands
  /// to run.
  std::string model_yaml;
  ImportLimits limits;
};

/// What was taken in.
struct ImportReport {
  std::string model;
  Version version = 0;
  std::string original_model;
  Version original_version = 0;
  std::uint64_t n_files = 0;
  std::uint64_t n_datasets = 0;
};

/// Publishes the archived version under the next number; it is not deployed. Its metadata gets a
/// member "imported_from" with model, version, created_at and manifest_sha256 of the original.
/// Throws corrupt ("archive.refused", "archive.wrong_hash", ...) for anything that does not fit,
/// invalid_data ("archive.too_large") beyond the limits, invalid_argument for a bad name, io. A
/// failed import leaves nothing.
ImportReport import_version(const Registry& registry, std::istream& input,
                            const ImportOptions& options);

}  // namespace mlops::registry
