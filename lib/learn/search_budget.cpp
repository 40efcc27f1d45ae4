#include "learn/search_budget.hpp"

#include <algorithm>
#include <numeric>

namespace mlops::learn {

namespace {

bool has_booster(const std::vector<const Candidate*>& begun) {
  return std::any_of(begun.begin(), begun.end(), [](const Candidate* candidate) {
    return candidate->complete() && candidate->is_booster();
  });
}

double mean_booster_seconds(const std::vector<const Candidate*>& begun) {
  double sum = 0;
  double count = 0;
  for (const auto* candidate : begun) {
    if (!candidate->finished || !candidate->is_booster()) continue;
    sum += candidate->fit_seconds;
    count += 1;
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace

/// The limit's share less what fitting the costliest possible ensemble will take.
double SearchBudget::end_seconds(const std::vector<const Candidate*>& begun) const {
  std::vector<double> costs;
  for (const auto* candidate : begun) {
    if (!candidate->finished || !candidate->complete()) continue;
    costs.push_back(candidate->fit_seconds / static_cast<double>(n_folds));
  }
  std::sort(costs.rbegin(), costs.rend());
  costs.resize(std::min(costs.size(), most_members));
  const double sum = std::accumulate(costs.begin(), costs.end(), 0.0);
  const double limit = clock->limit_seconds().value_or(0);
  return search_share * limit - n_refits * sum / static_cast<double>(n_lanes);
}

bool SearchBudget::out_of_time(const std::vector<const Candidate*>& begun) const {
  if (clock == nullptr || !clock->limit_seconds() || !has_booster(begun)) return false;
  const double lanes = n_folds > 1 ? static_cast<double>(n_lanes) : 1;
  return clock->elapsed_seconds() + mean_booster_seconds(begun) / lanes > end_seconds(begun);
}

std::optional<SearchClock::Moment> SearchBudget::give_up_at(
    const std::vector<const Candidate*>& begun) const {
  if (clock == nullptr || !has_booster(begun)) return std::nullopt;
  return clock->moment(end_seconds(begun));
}

}  // namespace mlops::learn
