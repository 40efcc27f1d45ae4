#include "workflow/challenger.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "base/random.hpp"
#include "observe/store.hpp"
#include "workflow/forward.hpp"
#include "workflow/logged_rows.hpp"
#include "workflow/past_rows.hpp"
#include "workflow/row_ranges.hpp"
#include "workflow/truth.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// New rows below which learning from them alone is not tried. Chosen by us: fewer rows rarely
/// beat a model that keeps the past as well.
constexpr std::size_t kMinNewOnlyRows = 400;
/// Rows timed one by one for the latency criterion.
constexpr std::size_t kTimedRows = 100;
/// Logged rows that the challenger answers again, about.
constexpr std::uint64_t kReplayedRows = 200;

/// One amount of past: which rows of the assembled table, and what training made of them.
struct Window {
  std::string name;
  data::Table table;
  std::size_t first_row = 0;  ///< of the assembled table
  learn::TrainingResult result;
  double choice_score = 0;
};

/// Where an amount of past begins.
struct Past {
  std::string name;
  std::size_t first_row = 0;
};

std::vector<Past> pasts_of(const RetrainData& data) {
  std::vector<Past> pasts{{kAllRows, 0}};
  if (data.n_forgotten > 0) pasts.push_back({kChampionsRows, data.n_forgotten});
  if (data.n_old > 0 && data.n_new() >= kMinNewOnlyRows) pasts.push_back({kNewRows, data.n_old});
  return pasts;
}

data::Table rows_from(const data::Table& table, std::size_t first) {
  std::vector<std::size_t> rows(table.n_rows - first);
  std::iota(rows.begin(), rows.end(), first);
  return table.select_rows(rows);
}

/// Where each of `rows` stands in the result's held-out rows, which count from `first_row`.
std::vector<std::size_t> positions_of(const std::vector<std::size_t>& rows, const Window& window) {
  std::vector<std::size_t> positions;
  const auto& held_out = window.result.held_out_rows;
  for (const std::size_t row : rows) {
    const auto found = std::lower_bound(held_out.begin(), held_out.end(), row - window.first_row);
    if (found != held_out.end() && *found == row - window.first_row)
      positions.push_back(static_cast<std::size_t>(found - held_out.begin()));
  }
  return positions;
}

std::vector<std::size_t> with_truth(const std::vector<std::size_t>& rows, const data::Table& table,
                                    const std::string& target) {
  std::vector<std::size_t> kept;
  const data::TableColumn& column = *table.find(target);
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept),
               [&](std::size_t row) { return !column.is_missing(row); });
  return kept;
}

Window train_window(const Past& past, std::vector<std::size_t> judging,
                    const ChallengerConfig& config, const Environment& environment,
                    const learn::ProgressSink& progress) {
  learn::TrainingOptions options = config.training;
  for (std::size_t& row : judging) row -= past.first_row;
  options.held_out_rows = std::move(judging);
  data::Table table = rows_from(config.data.table, past.first_row);
  learn::TrainingResult result =
      learn::train(table, config.data.schema, options, progress, environment.cancel);
  return {past.name, std::move(table), past.first_row, std::move(result), 0};
}

data::Predictions judged_answers(const Window& window, const std::vector<std::size_t>& judging) {
  return select(window.result.held_out_predictions, positions_of(judging, window));
}

/// Median microseconds of single rows.
double single_row_us(const model::Model& model, const data::ConformedRows& rows) {
  std::vector<double> micros;
  for (std::size_t row = 0; row < std::min(rows.n_rows, kTimedRows); ++row) {
    const auto cells = rows.row(row);
    const data::ConformedRows one{
        .n_rows = 1, .n_features = rows.n_features, .cells = {cells.begin(), cells.end()}};
    const auto start = std::chrono::steady_clock::now();
    static_cast<void>(model.predict(one));
    const auto elapsed = std::chrono::steady_clock::now() - start;
    micros.push_back(std::chrono::duration<double, std::micro>(elapsed).count());
  }
  if (micros.empty()) return 0;
  std::nth_element(micros.begin(), micros.begin() + static_cast<std::ptrdiff_t>(micros.size() / 2),
                   micros.end());
  return micros[micros.size() / 2];
}

/// Logged requests answered again.
struct ReplayedRequests {
  std::uint64_t n = 0;
  std::uint64_t n_failed = 0;
};

bool is_answer(const data::Predictions& predictions, std::size_t row) {
  if (predictions.task == data::Task::regression) return std::isfinite(predictions.values[row]);
  const auto probabilities = predictions.probabilities_of(row);
  return std::all_of(probabilities.begin(), probabilities.end(),
                     [](double p) { return std::isfinite(p); });
}

/// The first requests of the last hour with any, of the last day, or of the last week.
ReplayedRequests replay_recent(const model::Model& model, const std::string& name,
                               const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const observe::ObservationStore store(registry.observations_path(name), SqliteOpen::read_only,
                                        observe::LogSync::off);
  LogTranslators translators(registry, name, model.schema());
  ReplayedRequests replayed;
  for (const std::int64_t span : {kMicrosPerHour, kMicrosPerDay, 7 * kMicrosPerDay}) {
    const Timestamp since{environment.clock.now().micros - span};
    store.for_each_block(since, 0, [&](const observe::PredictionBlock& block) {
      const CellTranslator* translator = translators.from(block.version);
      if (replayed.n >= kReplayedRows || translator == nullptr) return;
      const data::Predictions answers = model.predict(translator->translate(block.rows));
      for (std::size_t row = 0; row < answers.n_rows; ++row) {
        ++replayed.n;
        replayed.n_failed += is_answer(answers, row) ? 0u : 1u;
      }
    });
    if (replayed.n > 0) break;
  }
  return replayed;
}

GateReport gate_of(const Window& window, const std::vector<std::size_t>& judging,
                   const model::Model& champion, const ChallengerConfig& config,
                   const Environment& environment) {
  const data::Table table = config.data.table.select_rows(judging);
  const data::ConformedRows champion_rows = champion.conformer().from_table(table);
  const data::ConformedRows challenger_rows = window.result.model.conformer().from_table(table);
  const data::Truth truth = truth_of(table, config.data.schema);
  const ReplayedRequests replayed = replay_recent(window.result.model, config.model, environment);
  return judge({.schema = config.data.schema,
                .truth = truth,
                .champion = champion.predict(champion_rows),
                .challenger = judged_answers(window, judging),
                .rows = challenger_rows,
                .champion_us = single_row_us(champion, champion_rows),
                .challenger_us = single_row_us(window.result.model, challenger_rows),
                .n_replayed = replayed.n,
                .n_replay_failed = replayed.n_failed,
                .margin = config.margin,
                .level = config.level,
                .n_challengers = pasts_of(config.data).size()});
}

/// The same past and the rows that came before the newest, asked about the newest.
GateReport with_what_came_next(GateReport report, const Past& past, const model::Model& champion,
                               const ChallengerConfig& config, const Environment& environment) {
  if (report.verdict != Verdict::promote) return report;  // nothing is left to forbid
  const RetrainData& data = config.data;
  std::vector<std::size_t> rows(data.table.n_rows -
                                first_row_to_come(data.n_old, data.table.n_rows));
  std::iota(rows.begin(), rows.end(), data.table.n_rows - rows.size());
  rows = with_truth(rows, data.table, data.schema.target);
  if (rows.empty()) return report;
  const Window window = train_window(past, rows, config, environment, {});
  const data::Table table = data.table.select_rows(rows);
  return judge_forward(std::move(report),
                       {.task = data.schema.task,
                        .truth = truth_of(table, data.schema),
                        .champion = champion.predict(champion.conformer().from_table(table)),
                        .challenger = judged_answers(window, rows),
                        .margin = config.margin});
}

}  // namespace

std::vector<std::size_t> judging_rows(std::size_t n_old, std::size_t n_rows, std::uint64_t seed) {
  constexpr std::size_t kEnoughRows = 1200;
  const std::size_t n_new = n_rows - n_old;
  std::vector<std::size_t> rows(n_new);
  std::iota(rows.begin(), rows.end(), n_old);
  Random random(seed);
  random.shuffle(std::span(rows));
  rows.resize(std::max(n_new * 30 / 100, std::min(n_new * 60 / 100, kEnoughRows)));
  std::sort(rows.begin(), rows.end());
  return rows;
}

ChallengerResult train_challenger(const ChallengerConfig& config, const Environment& environment,
                                  const learn::ProgressSink& progress) {
  const RetrainData& data = config.data;
  const std::vector<std::size_t> judging =
      with_truth(judging_rows(data.n_old, data.table.n_rows, config.training.seed), data.table,
                 data.schema.target);
  std::vector<Window> windows;
  const std::vector<Past> pasts = pasts_of(data);
  for (const Past& past : pasts)
    windows.push_back(train_window(past, judging, config, environment, progress));

  const data::Metric metric =
      config.training.metric.value_or(data::default_metric(data.schema.task));
  const data::Truth truth = truth_of(data.table.select_rows(judging), data.schema);
  std::size_t best = 0;
  ChallengerResult outcome{.result = windows[0].result, .metric = std::string(to_string(metric))};
  for (std::size_t i = 0; i < windows.size(); ++i) {
    Window& window = windows[i];
    window.choice_score = data::score(metric, judged_answers(window, judging), truth);
    const bool better = data::higher_is_better(metric)
                            ? window.choice_score > windows[best].choice_score
                            : window.choice_score < windows[best].choice_score;
    if (better) best = i;
    outcome.windows.push_back({window.name, window.choice_score, window.table.n_rows, false});
  }
  outcome.windows[best].chosen = true;
  const LoadedVersion champion =
      load_version(environment.registry(), config.model, config.champion);
  outcome.gate =
      with_what_came_next(gate_of(windows[best], judging, champion.model, config, environment),
                          pasts[best], champion.model, config, environment);
  outcome.result = std::move(windows[best].result);
  outcome.table = std::move(windows[best].table);
  return outcome;
}

}  // namespace mlops::workflow
