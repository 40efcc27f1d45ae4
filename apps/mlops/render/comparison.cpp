#include "render/comparison.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "render/cells.hpp"
#include "render/numbers.hpp"
#include "render/performance_panel.hpp"
#include "render/status.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

using observe::Estimate;
using observe::ModelHealth;

/// "0.884 ±0.016": half the 95 % interval.
std::string estimate_text(const std::optional<Estimate>& estimate,
                          const Capabilities& capabilities) {
  if (!estimate) return "-";
  const std::string value = score_text(estimate->value, capabilities);
  const double half = (estimate->upper - estimate->lower) / 2;
  if (!std::isfinite(half)) return value;
  return fmt::format("{} {}{}", value, glyphs(capabilities).plus_minus,
                     score_text(half, capabilities));
}

std::string latency_text(double milliseconds) {
  return std::isfinite(milliseconds) ? fmt::format("{:.3g} ms", milliseconds) : "-";
}

std::string worst_drift(const ModelHealth& health) {
  const observe::DriftHealth* worst = nullptr;
  for (const observe::DriftHealth& drift : health.drift)
    if (std::isfinite(drift.psi) && (worst == nullptr || drift.psi > worst->psi)) worst = &drift;
  if (worst == nullptr) return "-";
  return fmt::format("{} PSI {:.2f}", printable(worst->feature), worst->psi);
}

std::string segment_text(const ModelHealth& health, const Capabilities& capabilities) {
  const auto& segment = health.performance.worst_segment;
  if (!segment) return "-";
  return fmt::format("{} {}", score_text(segment->performance.value, capabilities),
                     printable(segment->name));
}

struct Row {
  std::string title;
  std::function<Cell(const ModelHealth&)> cell;
};

std::vector<Row> rows_of(const std::string& metric, Timestamp now,
                         const Capabilities& capabilities) {
  return {
      {"over", [=](const ModelHealth& h) { return Cell(range_text(h, now), Role::meta); }},
      {"health",
       [=](const ModelHealth& h) {
         return Cell(status_text(h.status, capabilities), role_of(h.status));
       }},
      {"held-out " + metric,
       [=](const ModelHealth& h) {
         return Cell(score_text(h.performance.reference, capabilities));
       }},
      {"live " + metric,
       [=](const ModelHealth& h) {
         return Cell(estimate_text(h.performance.realized, capabilities));
       }},
      {"labels",
       [=](const ModelHealth& h) {
         const auto& realized = h.performance.realized;
         return Cell(count_text(realized ? realized->n : 0, capabilities));
       }},
      {"with estimate",
       [=](const ModelHealth& h) {
         return Cell(estimate_text(h.performance.combined, capabilities));
       }},
      {"estimated",
       [=](const ModelHealth& h) {
         return Cell(estimate_text(h.performance.estimated, capabilities));
       }},
      {"worst segment", [=](const ModelHealth& h) { return Cell(segment_text(h, capabilities)); }},
      {"predictions",
       [=](const ModelHealth& h) { return Cell(count_text(h.n_total, capabilities)); }},
      {"errors", [=](const ModelHealth& h) { return Cell(count_text(h.n_errors, capabilities)); }},
      {"latency p50", [](const ModelHealth& h) { return Cell(latency_text(h.latency_p50_ms)); }},
      {"latency p99", [](const ModelHealth& h) { return Cell(latency_text(h.latency_p99_ms)); }},
      {"largest drift", [](const ModelHealth& h) { return Cell(worst_drift(h)); }}};
}

}  // namespace

Lines comparison_lines(const workflow::MonitorReport& report, const Capabilities& capabilities) {
  std::vector<Column> columns = {{.title = "", .shrinks = false}};
  for (const ModelHealth& health : report.models)
    columns.push_back({.title = fmt::format("{}@{}", printable(health.model), health.version),
                       .cut = Cut::end,
                       .title_is_name = true});
  Table table(std::move(columns));
  if (report.models.empty()) return to_lines(table, capabilities);
  const std::string metric(data::to_string(report.models.front().performance.metric));
  for (const Row& row : rows_of(metric, report.generated_at, capabilities)) {
    std::vector<Cell> cells = {Cell(row.title, Role::meta)};
    for (const ModelHealth& health : report.models) cells.push_back(row.cell(health));
    table.add_row(std::move(cells));
  }
  return to_lines(table, capabilities);
}

std::string comparison(const workflow::MonitorReport& report, const Capabilities& capabilities) {
  return join_lines(comparison_lines(report, capabilities), capabilities);
}

}  // namespace mlops::render
