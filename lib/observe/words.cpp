#include "observe/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/metrics.hpp"

namespace mlops::observe {
namespace {

constexpr double kLongestDays = 1e6;

double total(std::span<const std::uint64_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

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
  if (is_category(profile))
    return bin < profile.levels.size() ? profile.levels[bin] : "other values";
  if (profile.edges.empty()) return "all values";
  if (bin == 0) return fmt::format("up to {}:", value_in_words(profile, profile.edges.front()));
  if (bin >= profile.edges.size())
    return fmt::format("above {}:", value_in_words(profile, profile.edges.back()));
  return fmt::format("{} to {}:", value_in_words(profile, profile.edges[bin - 1]),
                     value_in_words(profile, profile.edges[bin]));
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
  // A single bin has to stand out clearly: it is one of twenty.
  if (bin.size > 2 * std::max(ranks.location, ranks.spread))
    return bin_change(profile, current, bin.bin);
  if (ranks.location >= ranks.spread)
    return fmt::format("median {} -> {}", at(profile.counts, 0.5), at(current, 0.5));
  return fmt::format("middle half {}..{} -> {}..{}", at(profile.counts, 0.25),
                     at(profile.counts, 0.75), at(current, 0.25), at(current, 0.75));
}

const data::ColumnProfile& profile_of(const WatchedVersion& version, const Quantity& quantity) {
  return quantity.source == Source::prediction ? version.profile.prediction
                                               : version.profile.features[quantity.feature];
}

/// An estimate since onset in the metric that people read.
struct Reading {
  double before = 0;
  double now = 0;
  double lower = 0;
  double upper = 0;
  double limit = 0;
};

/// The stream's mean score with its interval: Wilson for 0/1 scores, else the normal one.
Reading reading_of_score(const Stream& stream, std::span<const std::uint64_t> counts) {
  const double n = total(counts);
  const double mean = stream.mean_score(counts);
  Reading reading{stream.reference, mean, 0, 0, stream.limit};
  if (stream.score.size() == 2) {
    const data::Interval interval = data::wilson_interval(mean * n, n);
    reading.lower = interval.lower;
    reading.upper = interval.upper;
    return reading;
  }
  const double half = 1.959963984540054 * stream.deviation / std::sqrt(n);
  reading.lower = mean - half;
  reading.upper = mean + half;
  return reading;
}

/// In accuracy, or in RMSE where the stream is about errors of a regression.
Reading reading_in_metric(const WatchedVersion& version, const Stream& stream,
                          const Reading& score) {
  const double reference = version.reference.value;
  if (version.schema.task != data::Task::regression)
    return {reference, 1 - score.now, 1 - score.upper, 1 - score.lower, 1 - score.limit};
  // Scores are shares of a scale; only their ratio to the reference is told.
  const auto in_metric = [&](double value) {
    return score.before > 0
               ? reference * std::pow(std::max(value, 0.0) / score.before, stream.power)
               : std::max(value, 0.0);
  };
  return {reference, in_metric(score.now), in_metric(score.lower), in_metric(score.upper),
          in_metric(score.limit)};
}

std::string metric_sentence(const WatchedVersion& version, const Quantity& quantity,
                            const Reading& reading, double n) {
  const bool regression = version.schema.task == data::Task::regression;
  const char* beyond = regression ? "above" : "below";
  const std::string numbers = fmt::format(
      "{} (95 % interval {} to {}), {} at training", short_number(reading.now),
      short_number(reading.lower), short_number(reading.upper), short_number(reading.before));
  if (quantity.source == Source::loss)
    return fmt::format("{} is {} its limit {}: {} by {:.0f} labels", quantity.subject, beyond,
                       short_number(reading.limit), numbers, n);
  return fmt::format("{} estimated without labels is {} its limit {}: {} by {:.0f} predictions",
                     quantity.subject, beyond, short_number(reading.limit), numbers, n);
}

std::string share_sentence(const char* what, const std::string& subject, const Reading& reading,
                           double n) {
  return fmt::format("{} in {}: {} -> {} (95 % interval {} to {}) of {:.0f} rows", what, subject,
                     percent(reading.before), percent(reading.now), percent(reading.lower),
                     percent(reading.upper), n);
}

std::string sentence_of(const WatchedVersion& version, const Quantity& quantity,
                        const AlarmEvent& event, const Reading& reading) {
  const double n = total(event.counts);
  switch (quantity.source) {
    case Source::feature:
    case Source::prediction:
      return fmt::format("{} drifted from the training data: {} by {:.0f} predictions",
                         quantity.subject,
                         change_in_words(profile_of(version, quantity), event.counts), n);
    case Source::missing:
      return share_sentence("missing values", quantity.subject, reading, n);
    case Source::unseen:
      return share_sentence("categories unknown at training", quantity.subject, reading, n);
    case Source::out_of_range:
      return share_sentence("values outside the training range", quantity.subject, reading, n);
    case Source::not_a_number:
      return share_sentence("unreadable values", quantity.subject, reading, n);
    case Source::errors:
      return fmt::format("requests fail: {} (95 % interval {} to {}) of {:.0f}, limit {}",
                         percent(reading.now), percent(reading.lower), percent(reading.upper), n,
                         percent(reading.limit));
    case Source::calibration:
      return fmt::format(
          "losses are larger than the model expects of itself: by {} of {} by "
          "{:.0f} labels",
          short_number(2 * (reading.now - reading.before)),
          version.schema.task == data::Task::regression ? "the error scale" : "accuracy", n);
    case Source::expected_loss:
    case Source::loss:
      return metric_sentence(version, quantity, reading, n);
  }
  return "";
}

bool is_about_performance(Source source) {
  return source == Source::loss || source == Source::expected_loss || source == Source::calibration;
}

std::string severity_of(const Quantity& quantity, const Stream& stream, double observed) {
  if (quantity.source == Source::loss || quantity.source == Source::errors) return "critical";
  const bool large = observed - stream.reference >= 2 * stream.margin;
  return is_about_performance(quantity.source) && large ? "critical" : "warning";
}

std::string next_command_of(const WatchedVersion& version, const Quantity& quantity) {
  if (is_about_performance(quantity.source) || quantity.source == Source::prediction ||
      quantity.source == Source::feature)
    return fmt::format("mlops retrain {}", version.model);
  return fmt::format("mlops monitor {}", version.model);
}

}  // namespace

std::string percent(double share) {
  const double value = 100 * share;
  if (value >= 9.95) return fmt::format("{:.0f} %", value);
  if (value >= 0.995 || value == 0) return fmt::format("{:.1f} %", value);
  return fmt::format("{:.2g} %", value);
}

std::string short_number(double value) {
  const double size = std::abs(value);
  return size >= 1000 && size < 1e15 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

std::string change_in_words(const data::ColumnProfile& profile,
                            std::span<const std::uint64_t> current) {
  if (total(current) == 0 || total(profile.counts) == 0 || current.size() != profile.counts.size())
    return "";
  if (is_category(profile))
    return bin_change(profile, current, largest_bin_change(profile, current).bin);
  return number_change(profile, current);
}

Alert describe_alarm(const WatchedVersion& version, const Watch& watch, const AlarmEvent& event) {
  const Quantity& quantity = watch.quantities()[event.quantity];
  const Stream& stream = quantity.streams[event.stream];
  const Reading score = reading_of_score(stream, event.counts);
  const bool in_metric =
      quantity.source == Source::loss || quantity.source == Source::expected_loss;
  const Reading reading = in_metric ? reading_in_metric(version, stream, score) : score;
  const double days =
      std::min(watch.period_days() * std::max(event.value, 1.0) / stream.share, kLongestDays);
  Alert alert;
  alert.version = version.version;
  alert.rule = quantity.rule;
  alert.subject = quantity.subject;
  alert.severity = severity_of(quantity, stream, score.now);
  alert.state = event.change == AlarmChange::resolved ? "resolved" : "firing";
  alert.since = alert.changed_at = event.at;
  alert.message =
      fmt::format("{} since {}; without a change such evidence comes less than once in {:.0f} days",
                  sentence_of(version, quantity, event, reading),
                  to_rfc3339(event.onset).substr(0, 16) + "Z", std::floor(days));
  alert.next_command = next_command_of(version, quantity);
  alert.evidence = {{"stream", stream.aspect},
                    {"reference", json_number(score.before)},
                    {"limit", json_number(score.limit)},
                    {"observed", json_number(score.now)},
                    {"lower", json_number(score.lower)},
                    {"upper", json_number(score.upper)},
                    {"n", static_cast<std::uint64_t>(total(event.counts))},
                    {"since", to_rfc3339(event.onset)},
                    {"value", json_number(event.value)},
                    {"days_without_change", json_number(std::floor(days))},
                    {"importance", json_number(quantity.importance)}};
  if (in_metric) {
    alert.evidence["metric"] = quantity.subject;
    alert.evidence["metric_before"] = json_number(reading.before);
    alert.evidence["metric_now"] = json_number(reading.now);
  }
  return alert;
}

}  // namespace mlops::observe
