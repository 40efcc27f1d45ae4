#include "workflow/maintenance.hpp"

#include <cerrno>
#include <fstream>

#include "base/file.hpp"
#include "observe/policy.hpp"
#include "registry/layout.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {

registry::FsckReport check_registry(registry::FsckMode mode, const Environment& environment) {
  return registry::fsck(environment.registry(), mode);
}

registry::GcReport clean_registry(const registry::GcPolicy& policy, registry::GcMode mode,
                                  const Environment& environment) {
  policy.validate();
  return registry::collect_garbage(environment.registry(), policy, mode);
}

registry::ExportReport export_version(const std::string& reference,
                                      const std::filesystem::path& file,
                                      registry::WithDatasets datasets,
                                      const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const ResolvedVersion target = resolve(registry, reference);
  return registry::export_version(registry, target.name, target.version, datasets, file);
}

registry::ImportReport import_version(const std::filesystem::path& file,
                                      const std::optional<std::string>& name,
                                      const Environment& environment) {
  std::ifstream input(file, std::ios::binary);
  if (!input) throw_system_error("open", file, errno);
  const registry::Registry registry = environment.registry();
  registry.create_if_absent();
  return registry::import_version(registry, input,
                                  {.name = name, .model_yaml = observe::default_policy_yaml()});
}

RemovalReport removal_of(const std::string& reference, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const registry::ModelReference parsed = registry::parse_model_reference(reference);
  static_cast<void>(registry.versions(parsed.name));  // not_found with did-you-mean
  RemovalReport removal{.model = parsed.name};
  const auto number = registry::layout::parse_version(parsed.selector);
  if (number && registry::is_lost_version(registry, parsed.name, *number)) {
    removal.version = number;
  } else if (!parsed.selector.empty()) {
    removal.version = registry.resolve(parsed);
  }
  return removal;
}

void remove(const RemovalReport& removal, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  if (removal.version) {
    registry.remove_version(removal.model, *removal.version, "mlops rm");
  } else {
    registry.remove_model(removal.model);
  }
}

}  // namespace mlops::workflow
