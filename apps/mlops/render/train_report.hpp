// What `train` shows: progress while it works, the leaderboard and the verdict at the end.
#pragma once

#include <memory>
#include <string>

#include "learn/train.hpp"
#include "render/capabilities.hpp"
#include "terminal.hpp"
#include "workflow/train.hpp"

namespace mlops::render {

/// Finished lines above one live bar on a terminal; plain lines elsewhere; nothing when `quiet`.
/// Used from one thread.
class TrainProgress {
 public:
  TrainProgress(app::Terminal& terminal, bool quiet);
  ~TrainProgress();
  void on_data(const std::string& file, const workflow::DataSummary& data);
  void on_progress(const learn::Progress& event);
  /// Removes the live bar.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The result: leaderboard, held-out score beside the dummy, most important features, what was
/// saved and deployed.
[[nodiscard]] std::string train_report(const workflow::TrainReport& report,
                                       const Capabilities& capabilities);

}  // namespace mlops::render
