#include "workflow/deploy.hpp"

#include <fmt/format.h>

#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

data::Schema schema_of(const registry::Registry& registry, const std::string& name,
                       registry::Version version) {
  return watched_version(registry, name, version).schema;
}

/// The changes against the champion; nothing when there is none or it cannot be read any more.
std::vector<std::string> changes_against_champion(const registry::Registry& registry,
                                                  const std::string& name,
                                                  std::optional<registry::Version> champion,
                                                  const data::Schema& schema) {
  if (!champion) return {};
  try {
    return schema_changes(schema_of(registry, name, *champion), schema);
  } catch (const Error&) {
    return {};  // a damaged champion must not keep its successor from being deployed
  }
}

void validate(const DeployConfig& config) {
  if (config.role == DeployRole::champion && (config.shadow || config.traffic_share > 0))
    throw Error(ErrorKind::invalid_argument, "deploy.traffic",
                "--shadow and --traffic are for a challenger", "add --as challenger");
  if (!(config.traffic_share >= 0 && config.traffic_share <= 1))
    throw Error(
        ErrorKind::invalid_argument, "deploy.traffic",
        fmt::format("--traffic {}% is not between 0% and 100%", 100 * config.traffic_share));
}

}  // namespace

std::vector<std::string> schema_changes(const data::Schema& from, const data::Schema& to) {
  std::vector<std::string> changes;
  if (from.target != to.target)
    changes.push_back(fmt::format("the target was '{}', is '{}'", from.target, to.target));
  if (from.classes != to.classes)
    changes.push_back(fmt::format("the classes were {}, are {}", fmt::join(from.classes, ", "),
                                  fmt::join(to.classes, ", ")));
  for (const std::size_t index : to.feature_columns()) {
    const data::ColumnSchema& now = to.columns[index];
    const data::ColumnSchema* before = from.find(now.name);
    if (before == nullptr || before->role != data::ColumnRole::feature) {
      changes.push_back(fmt::format("column '{}' is new", now.name));
    } else if (before->kind != now.kind) {
      changes.push_back(fmt::format("column '{}' was a {}, is a {}", now.name,
                                    data::to_string(before->kind), data::to_string(now.kind)));
    }
  }
  for (const std::size_t index : from.feature_columns()) {
    const data::ColumnSchema* now = to.find(from.columns[index].name);
    if (now == nullptr || now->role != data::ColumnRole::feature)
      changes.push_back(fmt::format("column '{}' is gone", from.columns[index].name));
  }
  return changes;
}

DeployReport deploy(const DeployConfig& config, const Environment& environment) {
  validate(config);
  const registry::Registry registry = environment.registry();
  const ResolvedVersion target = resolve(registry, config.reference);
  const LoadedVersion loaded = load_version(registry, target.name, target.version);
  const std::optional<registry::Version> champion = registry.aliases(target.name).champion;

  DeployReport report{.model = target.name, .version = target.version, .role = config.role};
  report.schema_changes =
      changes_against_champion(registry, target.name, champion, loaded.model.schema());
  if (!report.schema_changes.empty() && config.schema_change == SchemaChange::refuse)
    throw Error(
        ErrorKind::conflict, "deploy.schema_change",
        fmt::format("{}@{} wants other columns than the champion {}@{}: {}", target.name,
                    target.version, target.name, *champion, fmt::join(report.schema_changes, "; ")),
        "clients may have to change; add --force to deploy anyway");

  const Json evidence{{"version", target.version}, {"schema_changes", report.schema_changes}};
  if (config.role == DeployRole::champion) {
    report.champion_before = registry.set_champion(
        target.name, target.version,
        {.type = "deployed",
         .message = champion ? fmt::format("{}@{} is champion, replaces @{}", target.name,
                                           target.version, *champion)
                             : fmt::format("{}@{} is champion", target.name, target.version),
         .evidence = evidence});
  } else {
    report.champion_before = champion;
    registry.set_challenger(
        target.name,
        registry::Challenger{target.version, config.traffic_share,
                             config.shadow || config.traffic_share <= 0},
        {.type = "challenger",
         .message = fmt::format("{}@{} is challenger", target.name, target.version),
         .evidence = evidence});
  }
  return report;
}

RollbackReport rollback(const std::string& name, std::optional<registry::Version> to,
                        const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const auto versions = registry.versions(name);  // not_found for an unknown model
  const registry::Aliases aliases = registry.aliases(name);
  const std::optional<registry::Version> target = to ? to : aliases.previous;
  if (!aliases.champion || !target)
    throw Error(
        ErrorKind::conflict, "rollback.nothing",
        fmt::format("model '{}' has no previous champion to go back to", name),
        fmt::format("mlops list shows its {} version(s); name one with --to", versions.size()));
  if (*target == *aliases.champion)
    throw Error(ErrorKind::conflict, "rollback.same",
                fmt::format("{}@{} is the champion already", name, *target));
  const ResolvedVersion resolved = resolve(registry, fmt::format("{}@{}", name, *target));
  static_cast<void>(load_version(registry, name, resolved.version));
  const auto before = registry.set_champion(
      name, resolved.version,
      {.type = "rolled_back",
       .message = fmt::format("back to {}@{} from @{}", name, resolved.version, *aliases.champion),
       .evidence = {{"from", *aliases.champion}, {"to", resolved.version}}});
  return {name, resolved.version, before.value_or(*aliases.champion)};
}

}  // namespace mlops::workflow
