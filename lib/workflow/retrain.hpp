// `retrain`: review a probation, judge new data, decide, train a challenger on old and new rows,
// compare it with the champion on rows that neither has seen, promote or keep. Whatever goes wrong,
// the champion stays.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "learn/train.hpp"
#include "workflow/environment.hpp"
#include "workflow/gate.hpp"
#include "workflow/probation.hpp"
#include "workflow/retrain_data.hpp"
#include "workflow/retrain_decision.hpp"

namespace mlops::workflow {

/// Whether somebody insists, or the triggers decide.
enum class RetrainWhen { always, if_needed };

/// Stop after the decision, or go on.
enum class RetrainRun { full, dry };

struct RetrainConfig {
  std::string model;
  std::vector<std::filesystem::path> files;  ///< beside the policy's sources
  RetrainWhen when = RetrainWhen::always;
  RetrainRun run = RetrainRun::full;
  learn::TrainingOptions training;
};

enum class RetrainOutcome {
  not_needed,
  busy,  ///< another run is at it; only with RetrainWhen::if_needed
  dry_run,
  promoted,
  kept,
  need_more_data,
  rolled_back,  ///< the champion failed its probation; nothing was trained
};
std::string_view to_string(RetrainOutcome outcome) noexcept;

/// How much of the past the challenger learnt from.
struct WindowChoice {
  std::string name;  ///< "all rows", "new rows only"
  double score = 0;  ///< on the newest rows, which it has not learnt from
  std::size_t n_rows = 0;
  bool chosen = false;
};

struct RetrainReport {
  std::string model;
  registry::Version champion = 0;  ///< before
  RetrainDecision decision;
  RetrainOutcome outcome = RetrainOutcome::not_needed;
  std::string sentence;  ///< the outcome in words
  std::size_t n_old = 0;
  std::size_t n_labelled = 0;
  std::size_t n_from_files = 0;
  std::size_t n_duplicates = 0;
  std::vector<Quarantine> quarantined;
  std::vector<Quarantine> warned;    ///< used, but something is to be said
  std::vector<std::string> waiting;  ///< files that are still being written
  std::optional<ProbationReport> probation;
  std::vector<WindowChoice> windows;
  std::string metric;  ///< what windows and gate are scored by
  std::optional<GateReport> gate;
  std::optional<registry::Version> challenger;  ///< registered, whatever the verdict
  double seconds = 0;
};

/// Throws conflict ("retrain.busy") when another retraining of the model runs and somebody insists,
/// not_found for a model without a champion, and what training throws; the event log then says so
/// and channels are told. Whatever happens, the champion stays unless a better one is whole.
[[nodiscard]] RetrainReport retrain(const RetrainConfig& config, const Environment& environment,
                                    const learn::ProgressSink& progress);

}  // namespace mlops::workflow
