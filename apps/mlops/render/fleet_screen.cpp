#include "render/fleet_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "render/cells.hpp"
#include "render/drift_panel.hpp"
#include "render/lines.hpp"
#include "render/numbers.hpp"
#include "render/performance_panel.hpp"
#include "render/sparkline.hpp"
#include "render/status.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

using observe::ModelHealth;
using observe::Status;

constexpr std::size_t kTrendCells = 10;
constexpr std::size_t kTableFrom = 60;  // columns below which rows become lines of words
constexpr std::size_t kTrendFrom = 80;
constexpr std::size_t kNextFrom = 100;
constexpr std::size_t kRoomyFrom = 120;

/// "1 critical · 2 ok".
std::string counts_text(const std::vector<ModelHealth>& models, const Capabilities& capabilities) {
  constexpr std::array kOrder = {Status::critical, Status::warning, Status::unknown, Status::ok};
  std::string text;
  for (const Status status : kOrder) {
    const auto n = std::count_if(models.begin(), models.end(),
                                 [status](const auto& model) { return model.status == status; });
    if (n == 0) continue;
    const std::string part = fmt::format("{} {}", n, observe::to_string(status));
    if (!text.empty()) text += fmt::format(" {} ", glyphs(capabilities).dot);
    text += styled(role_of(status), part, capabilities);
  }
  return text;
}

/// As much as fits: the counts always, then the time, how many models, the program's name.
std::string headline(const std::vector<ModelHealth>& models, Timestamp now,
                     const Capabilities& capabilities) {
  const std::string counts = counts_text(models, capabilities);
  const std::string total =
      fmt::format("{} model{}: ", models.size(), models.size() == 1 ? "" : "s");
  const std::string time = styled(
      Role::meta, time_text(now, capabilities) + " " + zone_text(capabilities), capabilities);
  for (const std::string& left : {"mlops monitor   " + total + counts, total + counts, counts}) {
    const std::size_t used = cell_width(left) + cell_width(time);
    if (used + 2 <= capabilities.columns)
      return left + std::string(capabilities.columns - used, ' ') + time;
  }
  return counts;
}

std::string metric_text(const ModelHealth& model, const Capabilities& capabilities) {
  const auto& performance = model.performance;
  const std::string metric(data::to_string(performance.metric));
  if (performance.realized) {
    return metric + " " + score_text(performance.realized->value, capabilities);
  }
  if (performance.estimated) {
    return metric + " ~" + score_text(performance.estimated->value, capabilities);
  }
  return model.n_total > 0 ? "no labels" : "no traffic";
}

/// The limit stands at a fixed height, so that rows with different metrics can be compared.
std::string trend_text(const ModelHealth& model, std::size_t n_cells,
                       const Capabilities& capabilities) {
  std::vector<double> values;
  for (const auto& point : model.performance.series) values.push_back(point.value);
  if (values.empty()) values.assign(1, std::nan(""));
  const auto cells = resampled(values, n_cells, Combine::mean);
  const double limit = model.performance.threshold;
  const double reference = model.performance.reference;
  const double distance = std::fabs(reference - limit);
  if (!std::isfinite(distance) || distance == 0) {
    return sparkline(cells, scale_of(cells), capabilities);
  }
  return sparkline(cells, {limit - 1.5 * distance, limit + 1.5 * distance}, capabilities);
}

/// Alarms of all columns and, with room, the worst; without alarms, how many look different all the
/// same.
std::string drift_text(const ModelHealth& model, bool names, const Capabilities& capabilities) {
  const auto n_reading = [&model](auto wanted) {
    return std::count_if(model.drift.begin(), model.drift.end(), wanted);
  };
  const auto drifting = [](const observe::DriftHealth& drift) {
    return drift.status == Status::critical || drift.status == Status::warning;
  };
  const auto perhaps = [](const observe::DriftHealth& drift) {
    return reading_of(drift).word == "perhaps";
  };
  const auto n = n_reading(drifting);
  const auto n_perhaps = n_reading(perhaps);
  if (capabilities.terminal && n == 0 && n_perhaps > 0)
    return fmt::format("{} {} perhaps", glyphs(capabilities).unknown, n_perhaps);
  std::string text = capabilities.terminal ? status_sign(model.drift_status, capabilities)
                                           : std::string(observe::to_string(model.drift_status));
  if (!is_drift_known(model)) return text;
  text += fmt::format(" {}/{}", n, model.drift.size());
  const auto worst = std::find_if(model.drift.begin(), model.drift.end(), drifting);
  return !names || worst == model.drift.end() ? text : text + " " + worst->feature;
}

std::string next_text(const ModelHealth& model) {
  const std::string command = next_command(model);
  return command.empty() ? "-" : command;
}

/// How much of the table there is room for.
enum class Detail { narrow, medium, wide, roomy };

std::vector<Column> fleet_columns(Detail detail, bool marked, const Capabilities& capabilities) {
  std::vector<Column> columns;
  if (marked) columns.push_back({.title = "", .shrinks = false});
  columns.push_back({.title = "model"});
  const bool narrow = detail == Detail::narrow;
  if (detail == Detail::roomy) columns.push_back({.title = "ver", .shrinks = false});
  columns.push_back({.title = "health", .shrinks = false});
  columns.push_back({.title = "metric", .shrinks = false});
  columns.push_back({.title = "limit", .shrinks = false});
  if (capabilities.terminal && !narrow) columns.push_back({.title = "trend", .shrinks = false});
  columns.push_back({.title = "per min", .align = Align::right, .shrinks = false});
  if (!narrow) columns.push_back({.title = "drift"});
  // Half a command is none: other columns give way.
  if (detail >= Detail::wide) columns.push_back({.title = "next", .shrinks = false});
  return columns;
}

std::vector<Cell> cells_of(const ModelHealth& model, Detail detail,
                           const Capabilities& capabilities) {
  const Role role = role_of(model.status);
  const std::string version = fmt::format("@{}", model.version);
  const bool roomy = detail == Detail::roomy;
  std::vector<Cell> row = {{roomy ? model.model : model.model + version, Role::identifier}};
  if (roomy) row.emplace_back(version);
  row.emplace_back(status_text(model.status, capabilities), role);
  row.emplace_back(metric_text(model, capabilities), role_of(model.performance.status));
  row.emplace_back(limit_text(model.performance, capabilities));
  const bool narrow = detail == Detail::narrow;
  if (capabilities.terminal && !narrow) {
    const std::size_t n_cells = roomy ? kTrendCells : kTrendCells / 2;
    row.emplace_back(trend_text(model, n_cells, capabilities), role);
  }
  row.emplace_back(rate_text(model.per_minute, capabilities));
  if (!narrow) {
    row.emplace_back(drift_text(model, roomy || detail == Detail::medium, capabilities),
                     role_of(model.drift_status));
  }
  if (detail >= Detail::wide) row.emplace_back(next_text(model), Role::meta);
  return row;
}

std::string_view mark_of(std::size_t index, std::optional<std::size_t> selected) {
  return selected == index ? ">" : " ";
}

Table fleet_table(const std::vector<ModelHealth>& models, std::optional<std::size_t> selected,
                  Detail detail, const Capabilities& capabilities) {
  Table table(fleet_columns(detail, selected.has_value(), capabilities));
  for (std::size_t i = 0; i < models.size(); ++i) {
    std::vector<Cell> row = cells_of(models[i], detail, capabilities);
    if (selected) row.insert(row.begin(), Cell(std::string(mark_of(i, selected)), Role::heading));
    table.add_row(std::move(row));
  }
  return table;
}

Lines words_only(const std::vector<ModelHealth>& models, std::optional<std::size_t> selected,
                 const Capabilities& capabilities) {
  Lines lines;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const ModelHealth& model = models[i];
    lines.push_back(fmt::format(
        "{}{} {}", selected ? std::string(mark_of(i, selected)) + " " : "",
        styled(role_of(model.status), status_text(model.status, capabilities), capabilities),
        styled(Role::identifier, fmt::format("{}@{}", printable(model.model), model.version),
               capabilities)));
    lines.push_back(fmt::format("  {} ({}), {}/min", metric_text(model, capabilities),
                                limit_text(model.performance, capabilities),
                                rate_text(model.per_minute, capabilities)));
  }
  return lines;
}

}  // namespace

std::string next_command(const ModelHealth& model) {
  for (const observe::Alert& alert : model.alerts) {
    if (alert.state == "firing" && !alert.next_command.empty()) return alert.next_command;
  }
  if (model.flagged_for_retraining) return "mlops retrain " + model.model;
  if (!model.performance.realized && model.n_total > 0)
    return "mlops feedback " + model.model + " FILE";
  return {};
}

FleetRow fleet_row(std::size_t index, const Capabilities& capabilities) {
  constexpr std::size_t kHead = 2;  // the headline and an empty line
  if (capabilities.columns < kTableFrom) return {kHead + 2 * index, 2};
  return {kHead + 1 + index, 1};
}

Lines fleet_screen(const std::vector<ModelHealth>& models, std::optional<std::size_t> selected,
                   Timestamp now, const Capabilities& capabilities) {
  if (!capabilities.terminal) {
    return to_lines(fleet_table(models, {}, Detail::roomy, capabilities), capabilities);
  }
  const std::size_t width = capabilities.columns;
  Lines lines = {headline(models, now, capabilities), ""};
  if (width < kTableFrom) {
    append(lines, words_only(models, selected, capabilities));
    return lines;
  }
  const Detail detail = width >= kRoomyFrom   ? Detail::roomy
                        : width >= kNextFrom  ? Detail::wide
                        : width >= kTrendFrom ? Detail::medium
                                              : Detail::narrow;
  append(lines, to_lines(fleet_table(models, selected, detail, capabilities), capabilities));
  return lines;
}

}  // namespace mlops::render
