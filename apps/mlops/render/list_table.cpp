#include "render/list_table.hpp"

#include <fmt/format.h>

#include "render/numbers.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

std::string at_version(const std::optional<registry::Version>& version) {
  return version ? fmt::format("@{}", *version) : std::string();
}

std::string challenger_text(const registry::Aliases& aliases) {
  if (!aliases.challenger) return {};
  const auto& challenger = *aliases.challenger;
  if (challenger.shadow) return fmt::format("@{} shadow", challenger.version);
  return fmt::format("@{} {}", challenger.version, percent_text(challenger.traffic_share));
}

std::string score_with_interval(const std::optional<data::MetricValue>& metric,
                                const Capabilities& capabilities) {
  if (!metric) return {};
  return fmt::format("{} {}", data::to_string(metric->metric),
                     score_text(metric->value, capabilities));
}

}  // namespace

std::string list_table(const std::vector<workflow::ModelSummary>& models,
                       const Capabilities& capabilities) {
  Table table({{.title = "model"},
               {.title = "champion", .shrinks = false},
               {.title = "challenger"},
               {.title = "latest", .shrinks = false},
               {.title = "task"},
               {.title = "target"},
               {.title = "held out"},
               {.title = "created", .shrinks = false}});
  for (const workflow::ModelSummary& model : models) {
    table.add_row(
        {{model.name, Role::identifier},
         at_version(model.aliases.champion),
         challenger_text(model.aliases),
         fmt::format("@{}", model.latest),
         model.task,
         model.target,
         score_with_interval(model.metric, capabilities),
         {model.created_at ? date_time_text(*model.created_at, capabilities) : "", Role::meta}});
  }
  return to_text(table, capabilities);
}

}  // namespace mlops::render
