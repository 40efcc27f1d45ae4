#include "workflow/challenger.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "observe/store.hpp"
#include "workflow/logged_rows.hpp"
#include "workflow/past_rows.hpp"
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

/// One amount of past, and what training made of it.
struct Window {
  std::string name;
  ForwardResult learnt;
  double choice_score = 0;
  std::size_t n_rows = 0;
};

std::vector<std::size_t> new_rows_with_truth(const RetrainData& data) {
  std::vector<std::size_t> rows;
  const data::TableColumn& column = *data.table.find(data.schema.target);
  for (std::size_t row = data.n_old; row < data.table.n_rows; ++row)
    if (!column.is_missing(row)) rows.push_back(row);
  return rows;
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

GateReport gate_of(const Window& window, std::size_t n_challengers, const ChallengerConfig& config,
                   const Environment& environment) {
  const LoadedVersion champion =
      load_version(environment.registry(), config.model, config.champion);
  const data::Table table = window.learnt.table.select_rows(window.learnt.rows);
  const data::ConformedRows champion_rows = champion.model.conformer().from_table(table);
  const data::ConformedRows challenger_rows =
      window.learnt.result.model.conformer().from_table(table);
  const data::Truth truth = truth_of(table, config.data.schema);
  const ReplayedRequests replayed =
      replay_recent(window.learnt.result.model, config.model, environment);
  return judge({.schema = config.data.schema,
                .truth = truth,
                .champion = champion.model.predict(champion_rows),
                .challenger = window.learnt.answers,
                .rows = challenger_rows,
                .champion_us = single_row_us(champion.model, champion_rows),
                .challenger_us = single_row_us(window.learnt.result.model, challenger_rows),
                .n_replayed = replayed.n,
                .n_replay_failed = replayed.n_failed,
                .margin = config.margin,
                .level = config.level,
                .n_challengers = n_challengers});
}

/// Where each amount of past begins.
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

std::size_t best_of(const std::vector<Window>& windows, data::Metric metric) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < windows.size(); ++i) {
    const double gain = windows[i].choice_score - windows[best].choice_score;
    if (data::higher_is_better(metric) ? gain > 0 : gain < 0) best = i;
  }
  return best;
}

}  // namespace

ChallengerResult train_challenger(const ChallengerConfig& config, const Environment& environment,
                                  const learn::ProgressSink& progress) {
  const RetrainData& data = config.data;
  const std::vector<ForwardFold> folds =
      forward_folds(new_rows_with_truth(data), data.table.n_rows);
  const data::Metric metric =
      config.training.metric.value_or(data::default_metric(data.schema.task));
  std::vector<Window> windows;
  for (const Past& past : pasts_of(data)) {
    ForwardResult learnt = learn_forward({.table = data.table,
                                          .schema = data.schema,
                                          .folds = folds,
                                          .first_row = past.first_row,
                                          .training = config.training,
                                          .cancel = environment.cancel},
                                         progress);
    const data::Truth truth = truth_of(learnt.table.select_rows(learnt.rows), data.schema);
    const double score = data::score(metric, learnt.answers, truth);
    const std::size_t n_rows = learnt.table.n_rows;
    windows.push_back({past.name, std::move(learnt), score, n_rows});
  }
  const std::size_t best = best_of(windows, metric);
  const GateReport gate = gate_of(windows[best], windows.size(), config, environment);
  ChallengerResult outcome{
      std::move(windows[best].learnt), {}, std::string(to_string(metric)), gate};
  for (const Window& window : windows)
    outcome.windows.push_back({window.name, window.choice_score, window.n_rows, false});
  outcome.windows[best].chosen = true;
  return outcome;
}

}  // namespace mlops::workflow
