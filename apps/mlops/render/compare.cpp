#include "render/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "render/lines.hpp"
#include "render/numbers.hpp"
#include "render/recorded.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kShownHash = 12;
constexpr double kMicrosPerSecond = 1e6;

std::string name_of(const workflow::ComparedVersion& side) {
  return fmt::format("{}@{}", side.details.model, side.details.manifest.version);
}

std::string role_of(const workflow::ComparedVersion& side) {
  const registry::Aliases& aliases = side.details.aliases;
  const registry::Version version = side.details.manifest.version;
  if (aliases.champion == version) return "champion";
  if (aliases.challenger && aliases.challenger->version == version) return "challenger";
  return aliases.previous == version ? "previous champion" : "not deployed";
}

std::string hash_text(const workflow::ComparedVersion& side, const Capabilities& capabilities) {
  return capabilities.terminal ? side.data_sha256.substr(0, kShownHash) : side.data_sha256;
}

/// A line of facts; left out where neither side knows it.
void add_fact(Table& table, const std::string& name, const std::string& a, const std::string& b) {
  if (!a.empty() || !b.empty()) table.add_row({{name, Role::meta}, printable(a), printable(b)});
}

void add_recorded(Table& table, const std::string& name, const workflow::CompareReport& report) {
  add_fact(table, name, recorded_text(report.a.details.manifest.metadata, name),
           recorded_text(report.b.details.manifest.metadata, name));
}

std::string latency_text(const workflow::ComparedVersion& side) {
  return side.predict_us ? duration_text(*side.predict_us / kMicrosPerSecond) : std::string();
}

Table fact_table(const workflow::CompareReport& report, const Capabilities& capabilities) {
  const workflow::ComparedVersion& a = report.a;
  const workflow::ComparedVersion& b = report.b;
  Table table({{.title = "compared", .shrinks = false}, {.title = "A"}, {.title = "B"}});
  add_fact(table, "version", name_of(a), name_of(b));
  add_fact(table, "role", role_of(a), role_of(b));
  add_fact(table, "created", date_time_text(a.details.manifest.created_at, capabilities),
           date_time_text(b.details.manifest.created_at, capabilities));
  add_recorded(table, "task", report);
  add_recorded(table, "target", report);
  add_recorded(table, "description", report);
  add_recorded(table, "rows", report);
  add_recorded(table, "features", report);
  add_fact(table, report.same_data ? "data, the same" : "data", hash_text(a, capabilities),
           hash_text(b, capabilities));
  add_fact(table, "size", size_text(a.size_bytes), size_text(b.size_bytes));
  add_fact(table, "one row takes", latency_text(a), latency_text(b));
  return table;
}

std::string score_cell(const std::optional<data::MetricValue>& score,
                       const Capabilities& capabilities) {
  if (!score) return {};
  std::string text = score_text(score->value, capabilities);
  if (std::isfinite(score->lower) && std::isfinite(score->upper))
    text += fmt::format(" ({})", interval_text(score->lower, score->upper, capabilities));
  return text;
}

/// What the difference means: only intervals apart from each other say that one is better.
Cell verdict_cell(const workflow::ComparedMetric& pair) {
  if (!pair.overlap) return {""};
  if (*pair.overlap) return {"within the intervals", Role::meta};
  const bool larger = pair.b->value > pair.a->value;
  return larger == data::higher_is_better(pair.metric) ? Cell("better", Role::good)
                                                       : Cell("worse", Role::critical);
}

Table metric_table(const workflow::CompareReport& report, const Capabilities& capabilities) {
  Table table({{.title = "held out", .shrinks = false},
               {.title = "A, 95 %"},
               {.title = "B, 95 %"},
               {.title = "B minus A", .align = Align::right, .shrinks = false},
               {.title = "verdict"}});
  for (const workflow::ComparedMetric& pair : report.metrics) {
    const std::string difference =
        pair.a && pair.b ? signed_score_text(pair.b->value - pair.a->value, capabilities) : "";
    table.add_row({std::string(data::to_string(pair.metric)), score_cell(pair.a, capabilities),
                   score_cell(pair.b, capabilities), difference, verdict_cell(pair)});
  }
  return table;
}

/// A remark, wrapped where there is a width.
std::string remark(const std::string& text, const Capabilities& capabilities) {
  if (!capabilities.terminal) return text + "\n";
  return join_lines(wrapped(text, std::max<std::size_t>(capabilities.columns, 1)), capabilities);
}

std::string recipe_text(const workflow::CompareReport& report, const Capabilities& capabilities) {
  if (report.recipe.empty()) return remark("recipe: the same", capabilities);
  Table table({{.title = "recipe", .shrinks = false}, {.title = "A"}, {.title = "B"}});
  for (const workflow::RecipeDifference& difference : report.recipe)
    table.add_row({difference.name, printable(difference.a), printable(difference.b)});
  return to_text(table, capabilities);
}

std::string schema_text(const workflow::CompareReport& report, const Capabilities& capabilities) {
  if (report.schema_changes.empty()) return remark("schema: the same", capabilities);
  std::string text;
  for (const std::string& change : report.schema_changes)
    text += remark("schema: " + printable(change), capabilities);
  return text;
}

}  // namespace

std::string compare(const workflow::CompareReport& report, const Capabilities& capabilities) {
  std::string text = to_text(fact_table(report, capabilities), capabilities);
  if (!report.metrics.empty()) {
    text += "\n" + to_text(metric_table(report, capabilities), capabilities);
    if (!report.same_data)
      text += remark("Each on held-out rows of its own data: a hint, not a proof.", capabilities);
  }
  return text + "\n" + schema_text(report, capabilities) + "\n" + recipe_text(report, capabilities);
}

}  // namespace mlops::render
