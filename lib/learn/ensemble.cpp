#include "learn/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace mlops::learn {

namespace {

constexpr unsigned kMostPicks = 15;
/// Relative gains that are worth a new member, and a new weight. Source: training notes.
constexpr double kMemberGain = 0.002;
constexpr double kWeightGain = 0.0005;

/// The selection while it grows.
class Selection {
 public:
  Selection(const std::vector<EnsembleCandidate>& candidates, const SelectionLoss& loss,
            const EnsembleLimits& limits)
      : candidates_(candidates), loss_(loss), limits_(limits), picks_(candidates.size(), 0U) {}

  void start() {
    std::size_t best = candidates_.size();
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (candidates_[i].latency_us > limits_.max_latency_us) continue;
      const double loss = loss_(*candidates_[i].answers);
      if (best == candidates_.size() || loss < best_loss_) {
        best = i;
        best_loss_ = loss;
      }
    }
    if (best == candidates_.size()) best = cheapest();
    sum_.assign(candidates_[best].answers->size(), 0.0);
    pick(best);
  }

  /// One more pick; false when none pays.
  bool grow() {
    std::optional<std::size_t> best;
    double best_loss = best_loss_;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (!allowed(i)) continue;
      const double loss = loss_(mean_with(i));
      if (loss < best_loss_ - needed_gain(i) && (!best || loss < best_loss)) {
        best = i;
        best_loss = loss;
      }
    }
    if (!best) return false;
    pick(*best);
    best_loss_ = best_loss;
    return true;
  }

  [[nodiscard]] std::vector<EnsembleMember> members() const {
    std::vector<EnsembleMember> members;
    for (std::size_t i = 0; i < picks_.size(); ++i) {
      if (picks_[i] > 0) members.push_back({i, static_cast<double>(picks_[i]) / n_picks_});
    }
    return members;
  }

 private:
  [[nodiscard]] std::size_t cheapest() const {
    const auto found =
        std::min_element(candidates_.begin(), candidates_.end(),
                         [](const auto& a, const auto& b) { return a.latency_us < b.latency_us; });
    return static_cast<std::size_t>(found - candidates_.begin());
  }

  void pick(std::size_t candidate) {
    if (picks_[candidate]++ == 0) {
      ++n_members_;
      latency_us_ += candidates_[candidate].latency_us;
    }
    ++n_picks_;
    const auto& answers = *candidates_[candidate].answers;
    for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += answers[i];
  }

  [[nodiscard]] bool allowed(std::size_t candidate) const {
    if (picks_[candidate] > 0) return n_members_ > 1;
    return n_members_ < limits_.most_members &&
           latency_us_ + candidates_[candidate].latency_us <= limits_.max_latency_us;
  }

  [[nodiscard]] double needed_gain(std::size_t candidate) const {
    return std::abs(best_loss_) * (picks_[candidate] > 0 ? kWeightGain : kMemberGain);
  }

  [[nodiscard]] std::vector<double> mean_with(std::size_t candidate) const {
    const auto& answers = *candidates_[candidate].answers;
    std::vector<double> mean(sum_.size());
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] = (sum_[i] + answers[i]) / (n_picks_ + 1);
    return mean;
  }

  const std::vector<EnsembleCandidate>& candidates_;
  const SelectionLoss& loss_;
  const EnsembleLimits& limits_;
  std::vector<unsigned> picks_;
  std::vector<double> sum_;
  double n_picks_ = 0;
  unsigned n_members_ = 0;
  double latency_us_ = 0;
  double best_loss_ = std::numeric_limits<double>::infinity();
};

}  // namespace

std::vector<EnsembleMember> select_ensemble(const std::vector<EnsembleCandidate>& candidates,
                                            const SelectionLoss& loss,
                                            const EnsembleLimits& limits) {
  Selection selection(candidates, loss, limits);
  selection.start();
  for (unsigned pick = 1; pick < kMostPicks && selection.grow(); ++pick) {
  }
  return selection.members();
}

std::vector<double> blend(const std::vector<EnsembleCandidate>& candidates,
                          const std::vector<EnsembleMember>& members) {
  std::vector<double> blended(candidates[members.front().candidate].answers->size(), 0.0);
  for (const auto& member : members) {
    const auto& answers = *candidates[member.candidate].answers;
    for (std::size_t i = 0; i < blended.size(); ++i) blended[i] += member.weight * answers[i];
  }
  return blended;
}

}  // namespace mlops::learn
