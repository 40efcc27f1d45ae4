#include "render/comparison.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "render/cells.hpp"
#include "render/numbers.hpp"
#include "render/status.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

using observe::Estimate;
using observe::ModelHealth;

std::string estimate_text(const std::optional<Estimate>& estimate,
                          const Capabilities& capabilities) {
  if (!estimate) return "-";
  std::string text = fmt::format("{:.4g}", estimate->value);
  if (std::isfinite(estimate->lower))
    text += fmt::format(" ({:.4g}{}{:.4g})", estimate->lower, glyphs(capabilities).dash,
                        estimate->upper);
  return fmt::format("{}, n {}", text, count_text(estimate->n, capabilities));
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

std::string segment_text(const ModelHealth& health) {
  const auto& segment = health.performance.worst_segment;
  if (!segment) return "-";
  return fmt::format("{}: {:.4g}", printable(segment->name), segment->performance.value);
}

struct Row {
  std::string title;
  std::function<Cell(const ModelHealth&)> cell;
};

std::vector<Row> rows_of(const std::string& metric, const Capabilities& capabilities) {
  return {
      {"health",
       [=](const ModelHealth& h) {
         return Cell(status_text(h.status, capabilities), role_of(h.status));
       }},
      {"held-out " + metric,
       [](const ModelHealth& h) { return Cell(fmt::format("{:.4g}", h.performance.reference)); }},
      {"live " + metric,
       [=](const ModelHealth& h) {
         return Cell(estimate_text(h.performance.realized, capabilities));
       }},
      {"with estimate",
       [=](const ModelHealth& h) {
         return Cell(estimate_text(h.performance.combined, capabilities));
       }},
      {"estimated",
       [=](const ModelHealth& h) {
         return Cell(estimate_text(h.performance.estimated, capabilities));
       }},
      {"worst segment", [](const ModelHealth& h) { return Cell(segment_text(h)); }},
      {"predictions",
       [=](const ModelHealth& h) { return Cell(count_text(h.n_total, capabilities)); }},
      {"errors", [=](const ModelHealth& h) { return Cell(count_text(h.n_errors, capabilities)); }},
      {"latency p50", [](const ModelHealth& h) { return Cell(latency_text(h.latency_p50_ms)); }},
      {"latency p99", [](const ModelHealth& h) { return Cell(latency_text(h.latency_p99_ms)); }},
      {"largest drift", [](const ModelHealth& h) { return Cell(worst_drift(h)); }}};
}

}  // namespace

std::string comparison(const workflow::MonitorReport& report, const Capabilities& capabilities) {
  std::vector<Column> columns = {{.title = "", .shrinks = false}};
  for (const ModelHealth& health : report.models)
    columns.push_back({.title = fmt::format("{}@{}", printable(health.model), health.version)});
  Table table(std::move(columns));
  if (report.models.empty()) return to_text(table, capabilities);
  const std::string metric(data::to_string(report.models.front().performance.metric));
  for (const Row& row : rows_of(metric, capabilities)) {
    std::vector<Cell> cells = {Cell(row.title, Role::meta)};
    for (const ModelHealth& health : report.models) cells.push_back(row.cell(health));
    table.add_row(std::move(cells));
  }
  return to_text(table, capabilities);
}

}  // namespace mlops::render
