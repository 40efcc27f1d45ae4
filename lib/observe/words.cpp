#include "observe/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "observe/counts.hpp"

namespace mlops::observe {
namespace {

bool is_category(const data::ColumnProfile& profile) {
  return profile.kind == data::ColumnKind::category || profile.kind == data::ColumnKind::boolean;
}

std::string value_in_words(const data::ColumnProfile& profile, double value) {
  if (profile.kind == data::ColumnKind::datetime)
    return to_rfc3339(Timestamp::from_seconds(value)).substr(0, 10);
  return short_number(value);
}

/// Ends of a number's bin, the outer ones at the reference's extremes.
double lower_end(const data::ColumnProfile& profile, std::size_t bin) {
  return bin == 0 ? std::min(profile.minimum,
                             profile.edges.empty() ? profile.minimum : profile.edges.front())
                  : profile.edges[bin - 1];
}
double upper_end(const data::ColumnProfile& profile, std::size_t bin) {
  return bin < profile.edges.size()
             ? profile.edges[bin]
             : std::max(profile.maximum,
                        profile.edges.empty() ? profile.maximum : profile.edges.back());
}

double quantile_of_bins(const data::ColumnProfile& profile, std::span<const std::uint64_t> counts,
                        double p) {
  const double rank = p * total(counts);
  double below = 0;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    const auto count = static_cast<double>(counts[bin]);
    if (count > 0 && below + count >= rank)
      return std::lerp(lower_end(profile, bin), upper_end(profile, bin), (rank - below) / count);
    below += count;
  }
  return profile.maximum;
}

std::string bin_in_words(const data::ColumnProfile& profile, std::size_t bin) {
  const bool is_range = !is_category(profile) && !profile.edges.empty();
  return bin_label(profile, bin) + (is_range ? ":" : "");
}

struct LargestBin {
  std::size_t bin = 0;
  double size = 0;  ///< in standard deviations of the bin's 0/1 score
};

LargestBin largest_bin_change(const data::ColumnProfile& profile,
                              std::span<const std::uint64_t> current) {
  const double m = total(profile.counts);
  const double n = total(current);
  LargestBin largest;
  for (std::size_t bin = 0; bin < current.size(); ++bin) {
    const double q = (static_cast<double>(profile.counts[bin]) + 0.5) / (m + 1);
    const double p = (static_cast<double>(current[bin]) + 0.5) / (n + 1);
    const double size =
        is_category(profile) ? std::abs(p - q) : std::abs(p - q) / std::sqrt(q * (1 - q));
    if (size > largest.size) largest = {bin, size};
  }
  return largest;
}

std::string bin_change(const data::ColumnProfile& profile, std::span<const std::uint64_t> current,
                       std::size_t bin) {
  return fmt::format("{} {} -> {}", bin_in_words(profile, bin),
                     percent(static_cast<double>(profile.counts[bin]) / total(profile.counts)),
                     percent(static_cast<double>(current[bin]) / total(current)));
}

/// Mean rank and mean spread score of the current rows among the reference's, less those of the
/// reference itself, in the scores' standard deviations.
struct RankChange {
  double location = 0;
  double spread = 0;
};

RankChange rank_change(const data::ColumnProfile& profile, std::span<const std::uint64_t> current) {
  const double m = total(profile.counts);
  const double n = total(current);
  RankChange change;
  double below = 0;
  for (std::size_t bin = 0; bin < current.size(); ++bin) {
    const auto count = static_cast<double>(profile.counts[bin]);
    const double u = (below + 0.5 * count) / m;
    const double gap = static_cast<double>(current[bin]) / n - count / m;
    change.location += gap * u;
    change.spread += gap * (2 * u - 1) * (2 * u - 1);
    below += count;
  }
  return {std::abs(change.location) / 0.2887, std::abs(change.spread) / 0.2981};  // of uniforms
}

std::string number_change(const data::ColumnProfile& profile,
                          std::span<const std::uint64_t> current) {
  const RankChange ranks = rank_change(profile, current);
  const LargestBin bin = largest_bin_change(profile, current);
  const auto at = [&](std::span<const std::uint64_t> counts, double p) {
    return value_in_words(profile, quantile_of_bins(profile, counts, p));
  };
  const auto in_words = [&](const std::string& name, const std::string& before,
                            const std::string& now) {
    // Where many values are equal, quantiles may stay though the rows around them moved.
    return before == now ? bin_change(profile, current, bin.bin)
                         : fmt::format("{} {} -> {}", name, before, now);
  };
  // A single bin has to stand out clearly: it is one of twenty.
  if (bin.size > 2 * std::max(ranks.location, ranks.spread))
    return bin_change(profile, current, bin.bin);
  if (ranks.location >= ranks.spread)
    return in_words("median", at(profile.counts, 0.5), at(current, 0.5));
  const auto middle_half = [&](std::span<const std::uint64_t> counts) {
    return fmt::format("{}..{}", at(counts, 0.25), at(counts, 0.75));
  };
  return in_words("middle half", middle_half(profile.counts), middle_half(current));
}

}  // namespace

std::string percent(double share) {
  const double value = 100 * share;
  if (value >= 9.95) return fmt::format("{:.0f} %", value);
  if (value >= 0.995 || value == 0) return fmt::format("{:.1f} %", value);
  return fmt::format("{:.2g} %", value);
}

std::string with_thousands(std::uint64_t n) {
  std::string text = std::to_string(n);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string short_number(double value) {
  const double size = std::abs(value);
  return size >= 1000 && size < 1e15 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

std::string minutes_in_words(std::uint64_t minutes) {
  constexpr std::uint64_t kOfHour = 60;
  constexpr std::uint64_t kOfDay = 24 * kOfHour;
  const auto two = [](std::uint64_t large, const char* of_large, std::uint64_t small,
                      const char* of_small) {
    return small == 0 ? fmt::format("{} {}", large, of_large)
                      : fmt::format("{} {} {} {}", large, of_large, small, of_small);
  };
  if (minutes <= kOfHour) return fmt::format("{} minute{}", minutes, minutes == 1 ? "" : "s");
  if (minutes < kOfDay) return two(minutes / kOfHour, "h", minutes % kOfHour, "min");
  const std::uint64_t days = minutes / kOfDay;
  return two(days, days == 1 ? "day" : "days", minutes % kOfDay / kOfHour, "h");
}

std::string bin_label(const data::ColumnProfile& profile, std::size_t bin) {
  if (is_category(profile))
    return bin < profile.levels.size() ? profile.levels[bin] : "other values";
  if (profile.edges.empty()) return "all values";
  if (bin == 0) return fmt::format("up to {}", value_in_words(profile, profile.edges.front()));
  if (bin >= profile.edges.size())
    return fmt::format("above {}", value_in_words(profile, profile.edges.back()));
  return fmt::format("{} to {}", value_in_words(profile, profile.edges[bin - 1]),
                     value_in_words(profile, profile.edges[bin]));
}

std::string change_in_words(const data::ColumnProfile& profile,
                            std::span<const std::uint64_t> current) {
  if (total(current) == 0 || total(profile.counts) == 0 || current.size() != profile.counts.size())
    return "";
  if (is_category(profile))
    return bin_change(profile, current, largest_bin_change(profile, current).bin);
  return number_change(profile, current);
}

}  // namespace mlops::observe
