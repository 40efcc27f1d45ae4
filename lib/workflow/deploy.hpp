// `deploy` and `rollback`: which version answers. Aliases move only after the version has proved
// itself whole; a running server follows by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/schema.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

enum class DeployRole { champion, challenger };

/// What to do when the version wants other columns than the champion.
enum class SchemaChange { refuse, allow };

struct DeployConfig {
  std::string reference;  ///< "churn@4"
  DeployRole role = DeployRole::champion;
  double traffic_share = 0;  ///< challenger: 0..1 of the requests
  bool shadow = false;       ///< challenger: score everything, answer nothing
  SchemaChange schema_change = SchemaChange::refuse;
};

struct DeployReport {
  std::string model;
  registry::Version version = 0;
  DeployRole role = DeployRole::champion;
  std::optional<registry::Version> champion_before;
  /// What clients have to change: "column 'age' is new", "column 'city' was a category, is a
  /// number".
  std::vector<std::string> schema_changes;
};

/// Differences between two schemas that a client of the first would notice.
[[nodiscard]] std::vector<std::string> schema_changes(const data::Schema& from,
                                                      const data::Schema& to);

/// Throws corrupt when the version is damaged or fails its self-test, conflict
/// ("deploy.schema_change") naming the changes, not_found, invalid_argument.
DeployReport deploy(const DeployConfig& config, const Environment& environment);

struct RollbackReport {
  std::string model;
  registry::Version version = 0;
  registry::Version champion_before = 0;
};

/// Back to the previous champion, or to `to`. Throws conflict ("rollback.nothing") when there is
/// nothing to go back to, corrupt when that version no longer proves itself whole.
RollbackReport rollback(const std::string& name, std::optional<registry::Version> to,
                        const Environment& environment);

}  // namespace mlops::workflow
