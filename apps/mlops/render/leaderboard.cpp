#include "render/leaderboard.hpp"

#include <fmt/format.h>

#include <cmath>

#include "render/numbers.hpp"

namespace mlops::render {
namespace {

constexpr double kMicrosPerSecond = 1e6;

std::string score_cell(const learn::LeaderboardEntry& entry, const Capabilities& capabilities) {
  if (!entry.failure.empty()) return "failed";
  std::string text = score_text(entry.score, capabilities);
  if (std::isfinite(entry.standard_error) && entry.standard_error > 0) {
    text += fmt::format(" {}{}", glyphs(capabilities).plus_minus,
                        score_text(entry.standard_error, capabilities));
  }
  return text;
}

Role role_of(const learn::LeaderboardEntry& entry) {
  if (!entry.failure.empty()) return Role::meta;
  return entry.weight > 0 ? Role::good : Role::plain;
}

std::vector<Cell> row_of(const learn::LeaderboardEntry& entry, std::size_t rank,
                         const Capabilities& capabilities) {
  const bool failed = !entry.failure.empty();
  const Role role = role_of(entry);
  return {{failed ? std::string() : fmt::format("{}", rank), role},
          {entry.learner, role},
          {failed ? entry.failure : entry.params, role},
          {score_cell(entry, capabilities), role},
          {failed ? std::string() : duration_text(entry.fit_seconds), role},
          {failed ? std::string() : duration_text(entry.predict_us / kMicrosPerSecond), role},
          {entry.weight > 0 ? percent_text(entry.weight) : std::string(), role}};
}

}  // namespace

Table leaderboard(const std::vector<learn::LeaderboardEntry>& entries, std::string_view metric,
                  std::size_t n_shown, const Capabilities& capabilities) {
  Table table({{.title = "rank", .align = Align::right, .shrinks = false},
               {.title = "learner"},
               {.title = "parameters"},
               {.title = std::string(metric), .align = Align::right, .shrinks = false},
               {.title = "fit", .align = Align::right, .shrinks = false},
               {.title = "predict", .align = Align::right, .shrinks = false},
               {.title = "weight", .align = Align::right, .shrinks = false}});
  std::size_t rank = 0;
  for (const learn::LeaderboardEntry& entry : entries) {
    if (!entry.failure.empty()) continue;
    ++rank;
    if (rank <= n_shown || entry.weight > 0) table.add_row(row_of(entry, rank, capabilities));
  }
  for (const learn::LeaderboardEntry& entry : entries) {
    if (!entry.failure.empty()) table.add_row(row_of(entry, 0, capabilities));
  }
  return table;
}

}  // namespace mlops::render
