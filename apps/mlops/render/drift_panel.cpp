#include "render/drift_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "render/cells.hpp"
#include "render/numbers.hpp"
#include "render/sparkline.hpp"
#include "render/status.hpp"

namespace mlops::render {
namespace {

using observe::DriftHealth;
using observe::Status;

/// PSI at the right end of the bars unless something drifts further: a little above 0.25, which
/// practice calls a large shift. Rule of thumb, not a test: Siddiqi, Credit Risk Scorecards, 2006.
constexpr double kBarEnd = 0.35;
constexpr std::size_t kBar = 10;
/// From here on practice calls a shift moderate; the web page's "perhaps" begins there, too.
constexpr double kModerate = 0.1;

/// What there is room for: narrow a bar, medium the change in words, wide both and more columns.
enum class Room { narrow, medium, wide };

Room room_of(std::size_t width) {
  constexpr std::size_t kMediumFrom = 70;
  constexpr std::size_t kWideFrom = 90;
  return width >= kWideFrom ? Room::wide : width >= kMediumFrom ? Room::medium : Room::narrow;
}

bool needs_attention(const DriftHealth& drift) {
  return drift.status == Status::critical || drift.status == Status::warning;
}

/// Alarms first; the others stay as they are ranked, by drift and importance.
int attention_rank(const DriftHealth& drift) {
  return needs_attention(drift) ? urgency_rank(drift.status) : urgency_rank(Status::ok);
}

std::vector<DriftHealth> by_urgency(const std::vector<DriftHealth>& features) {
  std::vector<DriftHealth> sorted = features;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return attention_rank(a) < attention_rank(b);
  });
  return sorted;
}

std::string psi_text(double psi) {
  return std::isfinite(psi) ? fmt::format("{:.2f}", psi) : "-";
}

/// The answers themselves and unknown importances have none.
std::string importance_text(const DriftHealth& drift) {
  return drift.importance > 0 ? percent_text(drift.importance) : "-";
}

double bar_end(const observe::ModelHealth& health) {
  double end = kBarEnd;
  for (const DriftHealth& drift : health.drift) {
    if (std::isfinite(drift.psi)) end = std::max(end, drift.psi);
  }
  return end;
}

Table empty_table(Room room) {
  std::vector<Column> columns = {{.title = "feature"}};
  columns.push_back({.title = "psi", .align = Align::right, .shrinks = false});
  columns.push_back({.title = "noise", .align = Align::right, .shrinks = false});
  if (room != Room::medium) columns.push_back({.title = "", .shrinks = false});
  columns.push_back({.title = "status", .shrinks = false});
  if (room == Room::wide)
    columns.push_back({.title = "matters", .align = Align::right, .shrinks = false});
  if (room != Room::narrow) columns.push_back({.title = "change", .cut = Cut::end});
  return Table(std::move(columns));
}

std::string drift_status(const DriftHealth& drift, const Capabilities& capabilities) {
  const DriftReading reading = reading_of(drift);
  if (reading.word == observe::to_string(drift.status))
    return status_text(drift.status, capabilities);
  return fmt::format("{} {}", status_sign(reading.status, capabilities), reading.word);
}

std::vector<Cell> row_of(const DriftHealth& drift, const std::string& name, double end, Room room,
                         const Capabilities& capabilities) {
  const Role role = role_of(reading_of(drift).status);
  std::vector<Cell> row = {Cell(name)};
  row.emplace_back(psi_text(drift.psi), role);
  row.emplace_back(psi_text(drift.noise_floor), Role::meta);
  const double share = std::isfinite(drift.psi) ? drift.psi / end : 0.0;
  if (room != Room::medium) row.emplace_back(bar(share, kBar, capabilities), role);
  row.emplace_back(drift_status(drift, capabilities), role);
  if (room == Room::wide) row.emplace_back(importance_text(drift), Role::meta);
  if (room != Room::narrow) row.emplace_back(drift.change, Role::meta);
  return row;
}

std::string number_or_dash(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : "-";
}

std::vector<Cell> full_row(const DriftHealth& drift, const std::string& name,
                           const Capabilities& capabilities) {
  return {Cell(name),
          Cell(std::string(data::to_string(drift.kind))),
          Cell(status_text(drift.status, capabilities)),
          Cell(number_or_dash(drift.psi)),
          Cell(number_or_dash(drift.noise_floor)),
          Cell(number_or_dash(drift.js)),
          Cell(number_or_dash(drift.ks)),
          Cell(number_or_dash(drift.chi2)),
          Cell(number_or_dash(drift.wasserstein)),
          Cell(drift.importance > 0 ? number_or_dash(drift.importance) : "-"),
          Cell(drift.change)};
}

/// missing -> "missing", unseen_category -> "unseen category".
std::string spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

}  // namespace

DriftReading reading_of(const DriftHealth& drift) {
  const bool known = std::isfinite(drift.psi);
  if (drift.status == Status::unknown && known && drift.kind == data::ColumnKind::datetime)
    return {Status::unknown, "not watched"};
  if (drift.status == Status::ok && known && drift.psi > std::max(drift.noise_floor, kModerate))
    return {Status::unknown, "perhaps"};
  return {drift.status, observe::to_string(drift.status)};
}

bool is_drift_known(const observe::ModelHealth& health) {
  const auto is_known = [](const DriftHealth& drift) {
    return std::isfinite(drift.psi) || drift.status != Status::unknown;
  };
  return std::any_of(health.drift.begin(), health.drift.end(), is_known) ||
         (health.prediction_drift && is_known(*health.prediction_drift));
}

std::string drift_counts(const observe::ModelHealth& health) {
  if (!is_drift_known(health)) return "nothing to compare yet";
  constexpr std::array<std::string_view, 6> kOrder = {"critical", "warning",     "perhaps",
                                                      "unknown",  "not watched", "ok"};
  std::string text;
  for (const std::string_view word : kOrder) {
    const auto n = std::count_if(health.drift.begin(), health.drift.end(),
                                 [word](const auto& d) { return reading_of(d).word == word; });
    if (n == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", n, word);
  }
  return text;
}

Lines drift_lines(const observe::ModelHealth& health, std::size_t n_shown, std::size_t width,
                  const Capabilities& capabilities) {
  if (!is_drift_known(health)) {
    return {styled(Role::unknown, "? unknown: not enough predictions yet", capabilities)};
  }
  const Room room = room_of(width);
  const double end = bar_end(health);
  Table table = empty_table(room);
  std::size_t n_rows = 0;
  for (const DriftHealth& drift : by_urgency(health.drift)) {
    if (n_rows >= n_shown && !needs_attention(drift)) break;
    table.add_row(row_of(drift, drift.feature, end, room, capabilities));
    ++n_rows;
  }
  if (health.prediction_drift) {
    table.add_row(row_of(*health.prediction_drift, "(prediction)", end, room, capabilities));
  }
  Capabilities inner = capabilities;
  inner.columns = static_cast<unsigned>(width);
  Lines lines = to_lines(table, inner);
  if (n_rows < health.drift.size()) {
    lines.push_back(
        styled(Role::meta,
               fmt::format("{} {} more: mlops monitor {} --wide", glyphs(capabilities).ellipsis,
                           health.drift.size() - n_rows, printable(health.model)),
               capabilities));
  }
  return lines;
}

Table drift_table(const observe::ModelHealth& health, const Capabilities& capabilities) {
  Table table({{.title = "feature"},
               {.title = "kind"},
               {.title = "status"},
               {.title = "psi"},
               {.title = "psi_of_equal_data"},
               {.title = "js"},
               {.title = "ks"},
               {.title = "chi2"},
               {.title = "wasserstein"},
               {.title = "importance"},
               {.title = "change"}});
  for (const DriftHealth& drift : health.drift) {
    table.add_row(full_row(drift, drift.feature, capabilities));
  }
  if (health.prediction_drift) {
    table.add_row(full_row(*health.prediction_drift, "(prediction)", capabilities));
  }
  return table;
}

Lines quality_lines(const observe::ModelHealth& health, std::size_t width,
                    const Capabilities& capabilities) {
  Lines lines;
  for (const observe::QualityHealth& quality : health.quality) {
    if (quality.status != Status::warning && quality.status != Status::critical) continue;
    const std::string text = fmt::format(
        "{} {}: {} {} (was {}), n {}", status_sign(quality.status, capabilities),
        printable(quality.feature), spaced(printable(quality.kind)), percent_text(quality.share),
        percent_text(quality.reference_share), count_text(quality.n, capabilities));
    lines.push_back(
        styled(role_of(quality.status), ellipsized(text, width, capabilities), capabilities));
  }
  return lines;
}

}  // namespace mlops::render
