// A history as traffic: rows are answered by the champion of the day and logged, their truth comes
// when it is due. What a server and `mlops feedback` would have done.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/metrics.hpp"
#include "workflow/backtest_history.hpp"
#include "workflow/backtest_summary.hpp"
#include "workflow/backtest_world.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {

class BacktestTraffic {
 public:
  /// Borrows world and history.
  BacktestTraffic(BacktestWorld& world, std::string name, const History& history,
                  std::int64_t label_delay_micros);

  /// Answers the rows and records the truths of the time before `until`, in the order of time.
  void run_until(Timestamp until);
  /// After a retraining: the next rows are answered by whichever version is champion now.
  void follow_champion();

  [[nodiscard]] double share_answered() const noexcept;
  [[nodiscard]] const BacktestLosses& losses() const noexcept { return losses_; }

 private:
  /// A version with the whole history conformed to its schema.
  struct Contestant {
    registry::Version version = 0;
    model::Model model;
    data::ConformedRows rows;
    data::Truth truth;
  };
  [[nodiscard]] std::unique_ptr<Contestant> load(registry::Version version);
  void answer_rows(std::size_t first, std::size_t last);
  void log_hour(std::size_t first, std::size_t last, const data::Predictions& predictions,
                std::size_t offset);
  void record_truths(Timestamp until);

  BacktestWorld& world_;
  std::string name_;
  const History& history_;
  std::int64_t label_delay_micros_;
  const data::TableColumn* target_ = nullptr;
  std::unique_ptr<Contestant> frozen_;
  std::unique_ptr<Contestant> live_;  ///< null while it is the frozen one
  std::vector<std::int64_t> ids_;     ///< of the rows answered so far
  std::size_t n_answered_ = 0;
  std::size_t n_labelled_ = 0;
  BacktestLosses losses_;
};

}  // namespace mlops::workflow
