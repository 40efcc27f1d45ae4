#include "workflow/backtest_world.hpp"

#include "base/yaml.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// The policy without what would reach beyond the backtest, as JSON, which is YAML too.
std::string harmless_policy(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return "{}\n";
  const std::string text = read_file(path);
  static_cast<void>(observe::parse_policy(text, path.string()));
  Json policy = parse_yaml(text, path.string());
  if (!policy.is_object()) return "{}\n";
  policy.erase("notify");
  if (policy.contains("retraining") && policy["retraining"].is_object())
    policy["retraining"].erase("sources");
  return dump_json(policy) + "\n";
}

void copy_version(const registry::Registry& from, const registry::Registry& to,
                  const std::string& name, registry::Version version) {
  from.check_integrity(name, version);
  to.create_if_absent();
  const std::filesystem::path target = to.version_directory(name, version);
  mlops::create_directories(target.parent_path());
  std::filesystem::copy(from.version_directory(name, version), target,
                        std::filesystem::copy_options::recursive);
  for (const std::string& dataset : from.manifest(name, version).datasets)
    to.store_dataset(from.load_dataset(dataset));
}

}  // namespace

BacktestWorld::BacktestWorld(const Environment& real, const std::string& name,
                             registry::Version version,
                             const std::optional<std::filesystem::path>& policy, Timestamp start)
    : clock_(start), environment_{directory_.path() / "registry", "backtest", clock_, real.cancel} {
  const registry::Registry from = real.registry();
  const registry::Registry to = environment_.registry();
  copy_version(from, to, name, version);
  write_file_atomically(to.model_config_path(name),
                        harmless_policy(policy.value_or(from.model_config_path(name))));
  if (policy && !std::filesystem::exists(*policy))
    throw Error(ErrorKind::not_found, "backtest.no_policy",
                "there is no policy file '" + policy->string() + "'");
  to.set_champion(name, version, {.type = "deployed", .message = "the history begins"});
  store_ = std::make_unique<observe::ObservationStore>(
      to.observations_path(name), SqliteOpen::read_write_create, observe::LogSync::off);
}

}  // namespace mlops::workflow
