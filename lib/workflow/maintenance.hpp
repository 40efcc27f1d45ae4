// `fsck`, `gc`, `export`, `import` and `rm`: looking after the registry.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "registry/archive.hpp"
#include "registry/fsck.hpp"
#include "registry/gc.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

/// Throws not_found when there is no registry, io.
[[nodiscard]] registry::FsckReport check_registry(registry::FsckMode mode,
                                                  const Environment& environment);

[[nodiscard]] registry::GcReport clean_registry(const registry::GcPolicy& policy,
                                                registry::GcMode mode,
                                                const Environment& environment);

/// Writes one version as .tar.gz. Throws not_found, corrupt, io.
registry::ExportReport export_version(const std::string& reference,
                                      const std::filesystem::path& file,
                                      registry::WithDatasets datasets,
                                      const Environment& environment);

/// Takes a version in, under `name` or its own; it is not deployed. Throws corrupt, invalid_data,
/// not_found, io; then nothing is left behind.
registry::ImportReport import_version(const std::filesystem::path& file,
                                      const std::optional<std::string>& name,
                                      const Environment& environment);

/// What `rm` would take away or took away.
struct RemovalReport {
  std::string model;
  std::optional<registry::Version> version;  ///< absent: the whole model
};

/// What a reference names for removal: with a selector one version, without the whole model.
[[nodiscard]] RemovalReport removal_of(const std::string& reference,
                                       const Environment& environment);

/// Throws conflict for a champion or challenger version, and for a model that is being trained.
void remove(const RemovalReport& removal, const Environment& environment);

}  // namespace mlops::workflow
