#include "workflow/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "observe/prediction_id.hpp"
#include "observe/store.hpp"
#include "observe/truth.hpp"
#include "observe/watched_version.hpp"
#include "workflow/logged_rows.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

constexpr std::size_t kExamples = 5;
/// Relative change of a number below which an answer counts as the same.
constexpr double kSameNumber = 1e-6;

/// The answer of one row, by the version that gave it and by the replayed one.
struct AnswerPair {
  std::string logged;
  std::string replayed;
  double change = 0;
  bool changed = false;
};

/// Adds up one row after another.
class Tally {
 public:
  Tally(const model::Model& model, std::unordered_map<std::int64_t, std::string> truths)
      : model_(&model), truths_(std::move(truths)) {
    report.task = model.schema().task;
  }

  void add(const observe::PredictionBlock& block, const std::vector<std::string>& logged_classes,
           const data::Predictions& replayed) {
    answered_by_.insert(block.version);
    for (std::size_t row = 0; row < block.rows.n_rows; ++row) {
      const AnswerPair pair = classification()
                                  ? compare_classes(block, row, logged_classes, replayed)
                                  : compare_values(block, row, replayed);
      count(pair, block, row);
      const auto truth = truths_.find(block.ids[row]);
      if (truth != truths_.end()) judge(block, row, pair, replayed, truth->second);
    }
  }

  /// The report, completed.
  ReplayReport take() {
    const auto n = static_cast<double>(report.n_rows);
    if (n > 0) report.mean_change = total_change_ / n;
    if (n > 0) report.mean_shift = total_shift_ / n;
    report.answered_by.assign(answered_by_.begin(), answered_by_.end());
    for (const auto& [pair, count_of] : changes_)
      report.changes.push_back({pair.first, pair.second, count_of});
    std::stable_sort(report.changes.begin(), report.changes.end(),
                     [](const auto& a, const auto& b) { return a.n > b.n; });
    if (!differences_.empty()) report.truth = truth_report();
    return std::move(report);
  }

  ReplayReport report;

 private:
  [[nodiscard]] bool classification() const { return report.task != data::Task::regression; }

  AnswerPair compare_classes(const observe::PredictionBlock& block, std::size_t row,
                             const std::vector<std::string>& logged_classes,
                             const data::Predictions& replayed) const {
    const std::uint32_t before = block.predictions.labels[row];
    const std::uint32_t after = replayed.labels[row];
    AnswerPair pair{logged_classes.at(before), model_->schema().classes[after], 0, false};
    pair.changed = pair.logged != pair.replayed;
    const double p_before = block.predictions.probabilities_of(row)[before];
    const auto same = observe::class_of_truth(model_->schema().classes, pair.logged);
    pair.change = (same ? replayed.probabilities_of(row)[*same] : 0) - p_before;
    return pair;
  }

  AnswerPair compare_values(const observe::PredictionBlock& block, std::size_t row,
                            const data::Predictions& replayed) {
    const double before = block.predictions.values[row];
    const double after = replayed.values[row];
    total_shift_ += after - before;
    return {shortest_decimal(before), shortest_decimal(after), after - before,
            std::abs(after - before) > kSameNumber * std::max(1.0, std::abs(before))};
  }

  void count(const AnswerPair& pair, const observe::PredictionBlock& block, std::size_t row) {
    ++report.n_rows;
    total_change_ += std::abs(pair.change);
    if (!pair.changed) return;
    ++report.n_changed;
    if (classification()) ++changes_[{pair.logged, pair.replayed}];
    remember({observe::format_prediction_id(block.ids[row]), block.time, pair.logged, pair.replayed,
              pair.change});
  }

  void remember(ReplayExample example) {
    const auto place = std::find_if(report.examples.begin(), report.examples.end(),
                                    [&](const ReplayExample& other) {
                                      return std::abs(other.change) < std::abs(example.change);
                                    });
    report.examples.insert(place, std::move(example));
    if (report.examples.size() > kExamples) report.examples.pop_back();
  }

  void judge(const observe::PredictionBlock& block, std::size_t row, const AnswerPair& pair,
             const data::Predictions& replayed, const std::string& truth) {
    double before = 0;
    double after = 0;
    if (classification()) {
      before = observe::same_truth(report.task, pair.logged, truth) ? 0 : 1;
      after = observe::same_truth(report.task, pair.replayed, truth) ? 0 : 1;
    } else {
      const auto value = observe::parse_truth_number(truth);
      if (!value) return;
      before = std::pow(block.predictions.values[row] - *value, 2);
      after = std::pow(replayed.values[row] - *value, 2);
    }
    logged_loss_ += before;
    replayed_loss_ += after;
    differences_.push_back(before - after);
    if (after < before) ++n_fixed_;
    if (after > before) ++n_broken_;
  }

  ReplayTruth truth_report() const {
    const auto n = static_cast<double>(differences_.size());
    const auto shown = [&](double loss) {
      return classification() ? 1 - loss / n : std::sqrt(loss / n);
    };
    return {.metric = observe::watched_metric(report.task),
            .logged = shown(logged_loss_),
            .replayed = shown(replayed_loss_),
            .n = differences_.size(),
            .n_fixed = n_fixed_,
            .n_broken = n_broken_,
            .difference = paired(differences_)};
  }

  const model::Model* model_;
  std::unordered_map<std::int64_t, std::string> truths_;
  std::set<registry::Version> answered_by_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> changes_;
  double total_change_ = 0;
  double total_shift_ = 0;
  double logged_loss_ = 0;
  double replayed_loss_ = 0;
  std::uint64_t n_fixed_ = 0;
  std::uint64_t n_broken_ = 0;
  std::vector<double> differences_;
};

/// The truth of everything answered since then that has one.
std::unordered_map<std::int64_t, std::string> truths_since(const observe::ObservationStore& store,
                                                           Timestamp since) {
  std::unordered_map<std::int64_t, std::string> truths;
  // A truth never comes before its prediction.
  for (observe::LabelledPrediction& row : store.labelled(since, 0))
    truths.emplace(row.id, std::move(row.actual));
  return truths;
}

}  // namespace

ReplayReport replay(const ReplayConfig& config, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const ResolvedVersion target = resolve(registry, config.reference);
  const LoadedVersion loaded = load_version(registry, target.name, target.version);
  const observe::ObservationStore store(registry.observations_path(target.name),
                                        SqliteOpen::read_only, observe::LogSync::off);
  const Timestamp now = environment.clock.now();
  const Timestamp since{now.micros - config.since_micros};

  Tally tally(loaded.model, truths_since(store, since));
  LogTranslators translators(registry, target.name, loaded.model.schema());
  std::uint64_t n_unreadable = 0;
  store.for_each_block(since, 0, [&](const observe::PredictionBlock& block) {
    const CellTranslator* translator = translators.from(block.version);
    if (translator == nullptr || block.predictions.task != loaded.model.schema().task) {
      n_unreadable += block.rows.n_rows;
      return;
    }
    environment.cancel.check();
    tally.add(block, translator->from_classes(),
              loaded.model.predict(translator->translate(block.rows)));
  });
  ReplayReport report = tally.take();
  report.model = target.name;
  report.version = target.version;
  report.since = since;
  report.until = now;
  report.n_unreadable = n_unreadable;
  return report;
}

}  // namespace mlops::workflow
