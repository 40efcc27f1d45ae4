#include "workflow/past_rows.hpp"

#include <algorithm>
#include <vector>

#include "workflow/snapshot.hpp"

namespace mlops::workflow {
namespace {

/// An empty table with the schema's used columns.
data::Table empty_like(const data::Schema& schema) {
  data::Table table;
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role == data::ColumnRole::ignored) continue;
    table.columns.push_back(
        {.name = column.name, .numeric = column.kind == data::ColumnKind::number});
  }
  return table;
}

/// How much of the past a version chose; one that was trained by hand chose nothing.
std::string chosen_past(const Json& lineage) {
  for (const Json& window : lineage.value("windows", Json::array()))
    if (window.value("chosen", false)) return window.value("learnt_from", std::string());
  return kAllRows;
}

/// Versions whose snapshots hold what the champion has forgotten, the newest first: of each that
/// learnt from new rows only its parent, back to one that learnt from all.
std::vector<registry::Version> forebears(const registry::Registry& registry,
                                         const std::string& name, registry::Version champion) {
  const auto versions = registry.versions(name);
  std::vector<registry::Version> found;
  registry::Version version = champion;
  // The bound keeps a damaged lineage from leading in circles.
  for (std::size_t step = 0; step < versions.size(); ++step) {
    const Json lineage = registry.manifest(name, version).metadata.value("lineage", Json::object());
    const std::string chosen = chosen_past(lineage);
    const auto parent = lineage.value("parent", registry::Version{0});
    const bool is_there = std::find(versions.begin(), versions.end(), parent) != versions.end();
    if (chosen == kAllRows || !is_there) break;
    if (chosen == kNewRows) found.push_back(parent);
    version = parent;
  }
  return found;
}

}  // namespace

PastRows past_rows(const registry::Registry& registry, const std::string& name,
                   registry::Version champion, const data::Schema& schema) {
  const auto known = training_snapshot(registry, name, champion);
  // With the columns that are not used, where they were kept.
  PastRows past{.table = known ? known->select_rows({}) : empty_like(schema)};
  const auto versions = forebears(registry, name, champion);
  for (auto version = versions.rbegin(); version != versions.rend(); ++version)
    if (const auto rows = training_snapshot(registry, name, *version)) past.table.append(*rows);
  past.n_forgotten = past.table.n_rows;
  if (known) past.table.append(*known);
  return past;
}

}  // namespace mlops::workflow
