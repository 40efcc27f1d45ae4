#include "observe/segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "observe/distribution.hpp"
#include "observe/performance.hpp"
#include "observe/words.hpp"

namespace mlops::observe {
namespace {

constexpr std::uint64_t kLeastLabels = 30;
constexpr double kLevel = 0.05;

struct MeanLoss {
  double mean = 0;
  double variance_of_mean = 0;
};

MeanLoss mean_loss(const Outcome& outcome) {
  const auto n = static_cast<double>(outcome.n);
  const double mean = outcome.loss / n;
  const double variance = std::max(outcome.loss_squared / n - mean * mean, 0.0);
  return {mean, variance / (n - 1)};
}

Outcome difference(const Outcome& whole, const Outcome& part) {
  return {whole.n - part.n, whole.loss - part.loss, whole.loss_squared - part.loss_squared};
}

bool is_category(const data::ColumnProfile& profile) {
  return profile.kind == data::ColumnKind::category || profile.kind == data::ColumnKind::boolean;
}

std::string name_of(const data::ColumnProfile& profile, std::size_t bin) {
  if (bin >= profile.n_bins())
    return fmt::format("{} {}", profile.name,
                       is_category(profile) ? "missing or unseen" : "missing");
  if (is_category(profile))
    return bin < profile.levels.size() ? fmt::format("{} = {}", profile.name, profile.levels[bin])
                                       : fmt::format("{} = any other", profile.name);
  if (profile.edges.empty()) return profile.name;
  if (bin == 0) return fmt::format("{} <= {}", profile.name, short_number(profile.edges.front()));
  if (bin == profile.edges.size())
    return fmt::format("{} > {}", profile.name, short_number(profile.edges.back()));
  return fmt::format("{} {}..{}", profile.name, short_number(profile.edges[bin - 1]),
                     short_number(profile.edges[bin]));
}

struct Candidate {
  std::size_t feature = 0;
  std::size_t bin = 0;
  Outcome outcome;
  Outcome rest;
};

std::vector<Candidate> candidates_of(const OutcomeSketch& outcomes, const Outcome& all) {
  std::vector<Candidate> candidates;
  for (std::size_t f = 0; f < outcomes.segments.size(); ++f) {
    for (std::size_t bin = 0; bin < outcomes.segments[f].size(); ++bin) {
      const Outcome& outcome = outcomes.segments[f][bin];
      if (outcome.n < kLeastLabels || all.n - outcome.n < kLeastLabels) continue;
      candidates.push_back({f, bin, outcome, difference(all, outcome)});
    }
  }
  return candidates;
}

}  // namespace

std::optional<SegmentHealth> worst_segment(const WatchedVersion& version,
                                           const OutcomeSketch& outcomes) {
  Outcome all;
  for (const Outcome& minute : outcomes.by_minute) all.add(minute);
  const std::vector<Candidate> candidates = candidates_of(outcomes, all);
  if (candidates.empty()) return std::nullopt;
  const double z = normal_quantile(1 - kLevel / static_cast<double>(candidates.size()));
  const Candidate* worst = nullptr;
  double largest = 0;
  for (const Candidate& candidate : candidates) {
    const MeanLoss segment = mean_loss(candidate.outcome);
    const MeanLoss rest = mean_loss(candidate.rest);
    const double excess = segment.mean - rest.mean;
    const double noise = z * std::sqrt(segment.variance_of_mean + rest.variance_of_mean);
    if (excess <= noise || excess <= largest) continue;
    largest = excess;
    worst = &candidate;
  }
  if (worst == nullptr) return std::nullopt;
  const data::Task task = version.schema.task;
  return SegmentHealth{name_of(version.profile.features[worst->feature], worst->bin),
                       *realized_performance(task, worst->outcome),
                       realized_performance(task, worst->rest)->value};
}

}  // namespace mlops::observe
