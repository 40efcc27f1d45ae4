#include "observe/stream_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "observe/counts.hpp"

namespace mlops::observe {
namespace {

// Of a numeric column's part: location, spread, and single bins.
constexpr double kLocationPart = 0.4;
constexpr double kSpreadPart = 0.3;
constexpr double kBinPart = 0.3;
/// A daily cycle of inputs that is assumed possible, in deviations of the score: 0.15 of a rank
/// (half a standard deviation of a normal feature), at most 0.15 of a category's share.
constexpr double kNumberSwing = 0.52;
constexpr double kCategorySwing = 0.30;
constexpr double kShareSwing = 0.3;
constexpr double kShareSwingMargins = 1.5;
constexpr double kCommon = 0.2;  // a share that is neither rare nor nearly all

Stream stream_of(StreamPlan plan) {
  Stream stream{.aspect = std::move(plan.aspect), .share = plan.share};
  stream.margin = plan.margin;
  stream.swing = plan.swing;
  return stream;
}

Stream bin_stream(std::size_t bin, bool up, const std::vector<std::uint64_t>& counts, double share,
                  double margin, double swing) {
  const double n = total(counts);
  const double q = static_cast<double>(counts[bin]) / n;
  Stream stream = share_stream({fmt::format("bin {} {}", bin, up ? "up" : "down"), share, margin},
                               up ? q : 1 - q, n);
  if (!up) stream.score = {1, 0};
  stream.bin = bin;
  stream.first_bet = 1;
  stream.swing = swing * stream.deviation;
  stream.prepare();
  return stream;
}

std::vector<double> mirrored(std::vector<double> score) {
  for (double& value : score) value = 1 - value;
  return score;
}

/// Mid-rank of each bin in the reference's own frequencies: ties and collapsed quantiles need no
/// special case, and the reference mean is exactly 1/2.
std::vector<double> mid_ranks(const std::vector<std::uint64_t>& counts) {
  const double n = total(counts);
  std::vector<double> ranks;
  double below = 0;
  for (const std::uint64_t count : counts) {
    ranks.push_back((below + 0.5 * static_cast<double>(count)) / n);
    below += static_cast<double>(count);
  }
  return ranks;
}

std::vector<Stream> number_streams(const std::vector<std::uint64_t>& counts, double share) {
  const std::vector<double> rank = mid_ranks(counts);
  std::vector<double> spread;
  for (const double u : rank) spread.push_back((2 * u - 1) * (2 * u - 1));
  std::vector<Stream> streams;
  const auto both_sides = [&](const char* name, const std::vector<double>& score, double part,
                              double most_of_a_day) {
    const double swing = kNumberSwing * reference_of(score, counts).deviation;
    for (const bool up : {true, false}) {
      streams.push_back(mean_stream(
          {fmt::format("{} {}", name, up ? "up" : "down"), share * part / 2, kDriftMargin, swing},
          up ? score : mirrored(score), counts));
      streams.back().most_of_a_day = most_of_a_day;
    }
  };
  both_sides("location", rank, kLocationPart, kStraightDay);
  both_sides("spread", spread, kSpreadPart, kCurvedDay);
  const double part = share * kBinPart / static_cast<double>(counts.size());
  for (std::size_t bin = 0; bin < counts.size(); ++bin)
    streams.push_back(bin_stream(bin, true, counts, part, kBinMargin, kNumberSwing));
  return streams;
}

std::vector<Stream> category_streams(const std::vector<std::uint64_t>& counts, double share) {
  std::vector<Stream> streams;
  const double part = share / (2 * static_cast<double>(counts.size()));
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    streams.push_back(bin_stream(bin, true, counts, part, kDriftMargin, kCategorySwing));
    streams.push_back(bin_stream(bin, false, counts, part, kDriftMargin, kCategorySwing));
  }
  return streams;
}

}  // namespace

ScoreReference reference_of(const std::vector<double>& score,
                            const std::vector<std::uint64_t>& counts) {
  ScoreReference reference{.n = total(counts)};
  for (std::size_t k = 0; k < score.size(); ++k)
    reference.mean += score[k] * static_cast<double>(counts[k]) / reference.n;
  for (std::size_t k = 0; k < score.size(); ++k) {
    const double gap = score[k] - reference.mean;
    reference.deviation += gap * gap * static_cast<double>(counts[k]) / reference.n;
  }
  reference.deviation = std::sqrt(reference.deviation);
  return reference;
}

Stream mean_stream(StreamPlan plan, std::vector<double> score,
                   const std::vector<std::uint64_t>& counts) {
  const ScoreReference reference = reference_of(score, counts);
  Stream stream = stream_of(std::move(plan));
  stream.reference = reference.mean;
  stream.deviation = std::max(reference.deviation, kSmallestDeviation);
  stream.limit = mean_limit(reference, stream.margin, allowance_z(stream.share));
  stream.score = std::move(score);
  stream.prepare();
  return stream;
}

Stream share_stream(StreamPlan plan, double q, double n) {
  const double limit = share_limit(q, n, plan.margin, allowance_z(plan.share));
  return fixed_share_stream(std::move(plan), q, limit);
}

double share_swing(double q, double margin) {
  return std::max(kShareSwingMargins * margin, kShareSwing * std::sqrt(q * (1 - q)));
}

Stream fixed_share_stream(StreamPlan plan, double q, double limit) {
  Stream stream = stream_of(std::move(plan));
  stream.reference = q;
  stream.limit = limit;
  stream.deviation = std::sqrt(limit * (1 - limit));
  if (q > kCommon && q < 1 - kCommon) stream.most_of_a_day = kStraightDay;
  stream.score = {0, 1};
  stream.prepare();
  return stream;
}

std::vector<Stream> drift_streams(const data::ColumnProfile& profile, double share) {
  const bool category =
      profile.kind == data::ColumnKind::category || profile.kind == data::ColumnKind::boolean;
  return category ? category_streams(profile.counts, share) : number_streams(profile.counts, share);
}

}  // namespace mlops::observe
