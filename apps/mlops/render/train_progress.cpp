#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "render/cells.hpp"
#include "render/dialect.hpp"
#include "render/lines.hpp"
#include "render/numbers.hpp"
#include "render/progress_bar.hpp"
#include "render/style.hpp"
#include "render/train_report.hpp"

namespace mlops::render {
namespace {

/// Searches up to this long show every trial; longer ones what is new or better.
constexpr unsigned kShortSearch = 24;
/// Work that ends sooner needs no bar.
constexpr double kBarAfterSeconds = 0.3;
/// Below this share an estimate of the remaining time would jump about.
constexpr double kShareForEta = 0.1;

constexpr std::size_t kMostClasses = 6;
constexpr std::size_t kMostColumns = 60;

/// The words; on a terminal at most `most` of them.
std::string listed(const std::vector<std::string>& words, std::size_t most,
                   const Capabilities& capabilities) {
  const std::size_t n = capabilities.terminal ? std::min(most, words.size()) : words.size();
  std::string text;
  for (std::size_t i = 0; i < n; ++i) text += (i > 0 ? ", " : "") + words[i];
  if (n < words.size()) text += fmt::format(" and {} more", words.size() - n);
  return text;
}

std::string target_text(const data::Schema& schema, const Capabilities& capabilities) {
  std::string text = fmt::format("{}, target {}", data::to_string(schema.task), schema.target);
  if (schema.classes.empty()) return text;
  text += fmt::format(" ({})", listed(schema.classes, kMostClasses, capabilities));
  if (!schema.positive().empty()) {
    text += fmt::format(" {} positive class {}", glyphs(capabilities).dot, schema.positive());
  }
  return text;
}

std::string features_text(const data::Schema& schema, const Capabilities& capabilities) {
  std::vector<std::string> ignored;
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role != data::ColumnRole::ignored) continue;
    ignored.push_back(column.reason.empty() ? column.name
                                            : fmt::format("{} ({})", column.name, column.reason));
  }
  std::string text = fmt::format("{} used", schema.feature_columns().size());
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role == data::ColumnRole::weight) text += ", rows weighted by " + column.name;
  }
  if (ignored.empty()) return text;
  return text + ", left out: " + listed(ignored, kMostColumns, capabilities);
}

/// A feature, with what is worth saying of its kind: "plan (3 levels)", "day (%Y-%m-%d)".
std::string feature_text(const data::ColumnSchema& column) {
  if (column.kind == data::ColumnKind::category)
    return fmt::format("{} ({} levels)", column.name, column.categories.size());
  if (column.kind == data::ColumnKind::datetime)
    return fmt::format("{} ({})", column.name, column.datetime_format);
  return column.name;
}

std::vector<std::string> features_of(const data::Schema& schema, data::ColumnKind kind) {
  std::vector<std::string> names;
  for (const std::size_t i : schema.feature_columns()) {
    if (schema.columns[i].kind == kind) names.push_back(feature_text(schema.columns[i]));
  }
  return names;
}

struct KindVerb {
  data::ColumnKind kind;
  const char* verb;
};
constexpr KindVerb kKindVerbs[] = {{data::ColumnKind::number, "Numbers"},
                                   {data::ColumnKind::boolean, "Booleans"},
                                   {data::ColumnKind::category, "Categories"},
                                   {data::ColumnKind::datetime, "Dates"}};

double share_done(const learn::Progress& event) {
  const double by_trials =
      event.n_trials_planned > 0
          ? static_cast<double>(event.trial) / static_cast<double>(event.n_trials_planned)
          : 0;
  const double by_time = event.limit_seconds > 0 ? event.elapsed_seconds / event.limit_seconds : 0;
  return std::clamp(std::max(by_trials, by_time), 0.0, 1.0);
}

std::string remark_text(const learn::Progress& event, const Capabilities& capabilities) {
  std::string text;
  if (std::isfinite(event.best_score) && event.trial > 1) {
    text = "best " + score_text(event.best_score, capabilities);
  }
  const double share = share_done(event);
  if (share > kShareForEta) {
    const double remaining = event.elapsed_seconds * (1 - share) / share;
    text += (text.empty() ? "eta " : "  eta ") + duration_text(std::ceil(remaining));
  }
  return text;
}

std::string finished_text(const learn::Progress& event, const Capabilities& capabilities) {
  const learn::LeaderboardEntry& entry = event.entry;
  const std::string what =
      entry.params.empty() ? entry.learner : entry.learner + " " + entry.params;
  std::string score = event.metric + " " + score_text(entry.score, capabilities);
  if (std::isfinite(entry.standard_error) && entry.standard_error > 0) {
    score += fmt::format(" {}{}", glyphs(capabilities).plus_minus,
                         score_text(entry.standard_error, capabilities));
  }
  const std::string time = duration_text(entry.fit_seconds);
  if (!capabilities.terminal) return what + "  " + score + "  " + time;
  constexpr std::size_t kWhatWidth = 40;
  constexpr std::size_t kScoreWidth = 26;
  return padded(shortened(what, kWhatWidth, capabilities), kWhatWidth) + " " +
         padded(score, kScoreWidth) + " " + padded(time, 8, Align::right);
}

}  // namespace

struct TrainProgress::State {
  app::Terminal& terminal;
  bool quiet;
  bool bar_shown = false;
  std::set<std::string> learners_seen;
  double best_score = std::numeric_limits<double>::quiet_NaN();

  [[nodiscard]] const Capabilities& capabilities() const { return terminal.capabilities(); }

  void erase_bar() {
    if (bar_shown) terminal.write(kEraseLine);
    bar_shown = false;
  }

  void line(std::string_view verb, std::string_view text) {
    if (quiet) return;
    erase_bar();
    terminal.write(join_lines({verb_line(verb, text, capabilities())}, capabilities()));
  }

  /// The same for sentences, which are wrapped rather than cut.
  void paragraph(std::string_view verb, std::string_view text) {
    if (quiet) return;
    erase_bar();
    terminal.write(join_lines(verb_lines(verb, text, capabilities()), capabilities()));
  }

  void draw_bar(const learn::Progress& event) {
    if (quiet || !capabilities().live || event.elapsed_seconds < kBarAfterSeconds) return;
    const std::string text = progress_line({.subject = event.entry.learner,
                                            .remark = remark_text(event, capabilities()),
                                            .step = event.trial,
                                            .n_steps = event.n_trials_planned,
                                            .share = share_done(event)},
                                           capabilities());
    terminal.write(kEraseLine + text);
    bar_shown = true;
  }

  /// Whether a finished trial is worth a line of its own in a long search.
  bool is_news(const learn::Progress& event) {
    const bool first_of_kind = learners_seen.insert(event.entry.learner).second;
    const bool better = event.best_score != best_score;
    best_score = event.best_score;
    return first_of_kind || better || event.n_trials_planned <= kShortSearch ||
           !event.entry.failure.empty();
  }
};

TrainProgress::TrainProgress(app::Terminal& terminal, bool quiet)
    : state_(new State{.terminal = terminal, .quiet = quiet}) {}

TrainProgress::~TrainProgress() {
  finish();
}

void TrainProgress::on_data(const std::string& file, const workflow::DataSummary& data) {
  const Capabilities& capabilities = state_->capabilities();
  state_->paragraph(
      "Reading",
      fmt::format("{}   {} rows, {} columns, {} in {}", file,
                  count_text(data.read.table.n_rows, capabilities), data.schema.columns.size(),
                  size_text(data.read.size_bytes), duration_text(data.seconds)));
  state_->paragraph("Read as", dialect_text(data.read.dialect));
  state_->paragraph("Detected", target_text(data.schema, capabilities));
  state_->paragraph("Features", features_text(data.schema, capabilities));
  for (const auto& [kind, verb] : kKindVerbs) {
    const std::vector<std::string> names = features_of(data.schema, kind);
    if (!names.empty()) state_->paragraph(verb, listed(names, kMostColumns, capabilities));
  }
  for (const data::Finding& finding : data.findings) {
    state_->paragraph("Warning", fmt::format("{}{}", finding.message,
                                             finding.hint.empty() ? "" : "; " + finding.hint));
  }
}

void TrainProgress::on_progress(const learn::Progress& event) {
  using Kind = learn::Progress::Kind;
  if (event.kind == Kind::note) state_->paragraph("Note", event.message);
  if (event.kind == Kind::trial_started) state_->draw_bar(event);
  if (event.kind != Kind::trial_finished || !state_->is_news(event)) return;
  if (event.entry.failure.empty()) {
    state_->line("Finished", finished_text(event, state_->capabilities()));
  } else {
    state_->paragraph("Failed", event.entry.learner + ": " + event.entry.failure);
  }
}

void TrainProgress::finish() {
  state_->erase_bar();
}

}  // namespace mlops::render
