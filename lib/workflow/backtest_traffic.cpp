#include "workflow/backtest_traffic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "observe/prediction_id.hpp"
#include "workflow/row_ranges.hpp"
#include "workflow/truth.hpp"

namespace mlops::workflow {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::int64_t hour_of(Timestamp time) {
  return time.micros / kMicrosPerHour;
}

/// 0 or 1, or the squared error; NaN without truth.
double loss_of(const data::Predictions& predictions, std::size_t position, const data::Truth& truth,
               std::size_t row) {
  if (predictions.task == data::Task::regression) {
    const double error = predictions.values[position] - truth.values[row];
    return error * error;  // NaN where the truth is
  }
  if (truth.classes[row] == data::kMissingCode) return kUnknown;
  return predictions.labels[position] == truth.classes[row] ? 0 : 1;
}

}  // namespace

BacktestTraffic::BacktestTraffic(BacktestWorld& world, std::string name, const History& history,
                                 std::int64_t label_delay_micros)
    : world_(world),
      name_(std::move(name)),
      history_(history),
      label_delay_micros_(label_delay_micros) {
  frozen_ = load(*world_.environment().registry().aliases(name_).champion);
  target_ = history_.table.find(frozen_->model.schema().target);
  losses_.frozen.assign(history_.times.size(), kUnknown);
  losses_.live = losses_.frozen;
}

std::unique_ptr<BacktestTraffic::Contestant> BacktestTraffic::load(registry::Version version) {
  LoadedVersion loaded = load_version(world_.environment().registry(), name_, version);
  data::ConformedRows rows = loaded.model.conformer().from_table(history_.table);
  // A column that the model does not know is no matter of single rows.
  std::erase_if(rows.issues, [](const data::CellIssue& issue) {
    return issue.code == data::CellIssueCode::unknown_column ||
           issue.code == data::CellIssueCode::missing_column;
  });
  data::Truth truth = truth_of(history_.table, loaded.model.schema());
  // As a server does: from now on this version's answers are counted as they are logged.
  observe::keep_sketches(world_.store(),
                         watched_version(world_.environment().registry(), name_, version));
  return std::make_unique<Contestant>(
      Contestant{version, std::move(loaded.model), std::move(rows), std::move(truth)});
}

void BacktestTraffic::follow_champion() {
  const auto champion = world_.environment().registry().aliases(name_).champion;
  const registry::Version now = live_ ? live_->version : frozen_->version;
  if (!champion || *champion == now) return;
  live_ = *champion == frozen_->version ? nullptr : load(*champion);
}

double BacktestTraffic::share_answered() const noexcept {
  return static_cast<double>(n_answered_) / static_cast<double>(history_.times.size());
}

void BacktestTraffic::run_until(Timestamp until) {
  const auto end = std::lower_bound(history_.times.begin(), history_.times.end(), until);
  const auto last = static_cast<std::size_t>(end - history_.times.begin());
  if (last > n_answered_) answer_rows(n_answered_, last);
  record_truths(until);
}

void BacktestTraffic::answer_rows(std::size_t first, std::size_t last) {
  const auto answers_of = [&](const Contestant& contestant) {
    return contestant.model.predict(slice(contestant.rows, first, last));
  };
  const data::Predictions frozen = answers_of(*frozen_);
  const data::Predictions live = live_ ? answers_of(*live_) : frozen;
  for (std::size_t row = first; row < last; ++row) {
    losses_.frozen[row] = loss_of(frozen, row - first, frozen_->truth, row);
    losses_.live[row] = loss_of(live, row - first, live_ ? live_->truth : frozen_->truth, row);
  }
  for (std::size_t row = first; row < last;) {
    std::size_t next = row;
    while (next < last && hour_of(history_.times[next]) == hour_of(history_.times[row])) ++next;
    record_truths(history_.times[row]);
    log_hour(row, next, live, first);
    row = next;
  }
  n_answered_ = last;
}

void BacktestTraffic::log_hour(std::size_t first, std::size_t last,
                               const data::Predictions& predictions, std::size_t offset) {
  const Contestant& live = live_ ? *live_ : *frozen_;
  std::vector<observe::PredictionBlock> blocks;
  for (std::size_t row = first; row < last;) {
    const std::int64_t minute = history_.times[row].micros / kMicrosPerMinute;
    std::size_t next = row;
    while (next < last && history_.times[next].micros / kMicrosPerMinute == minute) ++next;
    blocks.push_back({.time = history_.times[row],
                      .version = live.version,
                      .ids = world_.store().reserve_ids(next - row, history_.times[row]),
                      .client_ids = {},
                      .rows = slice(live.rows, row, next),
                      .predictions = slice(predictions, row - offset, next - offset)});
    ids_.insert(ids_.end(), blocks.back().ids.begin(), blocks.back().ids.end());
    row = next;
  }
  world_.store().append(blocks);
}

/// Truths come in groups of an hour, each at the moment of its last one.
void BacktestTraffic::record_truths(Timestamp until) {
  const auto due = [&](std::size_t row) {
    return Timestamp{history_.times[row].micros + label_delay_micros_};
  };
  while (n_labelled_ < ids_.size() && due(n_labelled_) < until) {
    const std::int64_t hour = hour_of(due(n_labelled_));
    std::vector<observe::Feedback> items;
    Timestamp at;
    while (n_labelled_ < ids_.size() && due(n_labelled_) < until &&
           hour_of(due(n_labelled_)) == hour) {
      at = due(n_labelled_);
      if (!std::isnan(losses_.frozen[n_labelled_]))
        items.push_back(
            {observe::format_prediction_id(ids_[n_labelled_]), target_->text(n_labelled_)});
      ++n_labelled_;
    }
    if (!items.empty()) world_.store().record_feedback(items, at);
  }
}

}  // namespace mlops::workflow
