// After a promotion the new champion is on probation: its predecessor shadows it, and what has
// become known of both models' answers to the same requests is compared. Where the shadow missed a
// request (no server ran, it was too busy), the log says what the predecessor would have answered.
// A sequential test, valid however often somebody looks, takes the promotion back.
//
// With d = loss of the champion - loss of its predecessor, in [-1, 1], and H0: E[d | past] <= 0,
// M = average over bets l of the product of (1 + l d) is a nonnegative supermartingale, so the
// chance that it ever reaches 1 / level is at most the level (Ville 1939).
// Source of the bets: Waudby-Smith & Ramdas, JRSS-B 86 (2024), arXiv 2010.09686.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workflow/environment.hpp"

namespace mlops::workflow {

/// The sequential test. Rows are added in the order in which their truth came.
class ProbationTest {
 public:
  /// `level`: chance at most that a champion which is no worse is ever found worse.
  explicit ProbationTest(double level) : level_(level) {}
  /// Requires: -1 <= difference <= 1.
  void add(double difference) noexcept;
  /// M: 1 at the start, large where the champion is worse.
  [[nodiscard]] double evidence() const noexcept;
  /// True from the moment on when M reached 1 / level.
  [[nodiscard]] bool worse() const noexcept { return worse_; }
  [[nodiscard]] std::uint64_t n() const noexcept { return n_; }

 private:
  static constexpr std::array<double, 5> kBets = {0.05, 0.1, 0.2, 0.4, 0.8};
  std::array<double, kBets.size()> log_products_{};
  double level_;
  std::uint64_t n_ = 0;
  bool worse_ = false;
};

/// Who is on probation against whom, since when.
struct Probation {
  registry::Version champion = 0;
  registry::Version predecessor = 0;
  Timestamp since;
};

/// The probation that the event log says is open: the champion came by a retraining's promotion
/// and nothing was deployed, rolled back or concluded since.
[[nodiscard]] std::optional<Probation> open_probation(const std::vector<registry::Event>& events,
                                                      registry::Version champion);

enum class ProbationVerdict { open, passed, rolled_back };
std::string_view to_string(ProbationVerdict verdict) noexcept;

struct ProbationReport {
  Probation probation;
  ProbationVerdict verdict = ProbationVerdict::open;
  std::uint64_t n = 0;           ///< outcomes of the champion's own answers
  std::uint64_t n_shadowed = 0;  ///< of them, those that the predecessor answered as well, live
  double champion = 0;           ///< accuracy or RMSE on them; NaN without any
  double predecessor = 0;        ///< of the predecessor's answers to the same requests
  double evidence = 1;           ///< M
  double level = 0.05;           ///< M beyond 1 / level rolls back
};

/// Type of the event that ends a probation well. Part of the on-disk format.
inline constexpr const char* kProbationEvent = "probation";

/// Whether a review acts on what it finds, or only says it.
enum class ProbationAction { act, look };

struct ProbationConfig {
  std::string model;
  std::int64_t length_micros = 0;  ///< 0: nobody is on probation
  double level = 0.05;             ///< of the sequential test
  ProbationAction action = ProbationAction::act;
};

/// Looks at an open probation: rolls back with evidence and tells the model's channels, or ends it
/// after its length, or leaves it open. Nothing where there is none. A shadow whose probation is
/// over is taken away; one that a crash kept from beginning begins. Requires: the caller holds the
/// model's "retrain" lock. Throws what loading the predecessor throws; then nothing has changed.
std::optional<ProbationReport> review_probation(const ProbationConfig& config,
                                                const std::vector<registry::Event>& events,
                                                const Environment& environment);

}  // namespace mlops::workflow
