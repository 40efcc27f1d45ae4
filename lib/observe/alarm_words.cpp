#include "observe/alarm_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/metrics.hpp"
#include "observe/counts.hpp"
#include "observe/words.hpp"

namespace mlops::observe {
namespace {

constexpr double kZ95 = 1.959963984540054;
constexpr double kLongestDays = 1e6;  // rarer than this is not told apart

std::string minute_in_words(Timestamp time) {
  std::string text = to_rfc3339(time).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

/// What a stream measured since onset, in its score or in the metric that people read.
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
  if (stream.score.size() == 2) {
    const data::Interval interval = data::wilson_interval(mean * n, n);
    return {stream.reference, mean, interval.lower, interval.upper, stream.limit};
  }
  const double half = kZ95 * stream.deviation / std::sqrt(n);
  return {stream.reference, mean, mean - half, mean + half, stream.limit};
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

const data::ColumnProfile& profile_of(const WatchedVersion& version, const Quantity& quantity) {
  return quantity.source == Source::prediction ? version.profile.prediction
                                               : version.profile.features[quantity.feature];
}

/// "0.738 (95 % interval 0.718 to 0.757) by 2,000 labels since 2026-03-02 00:30 UTC".
std::string measured(const Reading& reading, const char* rows, const Gathering& onset) {
  return fmt::format("{} (95 % interval {} to {}) by {} {} since {}", short_number(reading.now),
                     short_number(reading.lower), short_number(reading.upper),
                     with_thousands(static_cast<std::uint64_t>(total(onset.counts))), rows,
                     minute_in_words(onset.first));
}

std::string performance_words(const WatchedVersion& version, const Quantity& quantity,
                              const Reading& reading, const Gathering& onset) {
  const bool regression = version.schema.task == data::Task::regression;
  const bool labels = quantity.source == Source::loss;
  return fmt::format("{}{} is {} its limit of {}: {}, against {} at training", quantity.subject,
                     labels ? "" : " estimated without labels", regression ? "above" : "below",
                     short_number(reading.limit),
                     measured(reading, labels ? "labels" : "predictions", onset),
                     short_number(reading.before));
}

std::string calibration_words(const WatchedVersion& version, const Reading& score,
                              const Gathering& onset) {
  const bool regression = version.schema.task == data::Task::regression;
  const double excess = 2 * (score.now - score.before);
  return fmt::format(
      "{} than the model expects of itself, by {}: {} labels since {}",
      regression ? "errors are larger" : "answers are wrong more often",
      regression ? percent(excess) + " of the error scale" : short_number(100 * excess) + " points",
      with_thousands(static_cast<std::uint64_t>(total(onset.counts))),
      minute_in_words(onset.first));
}

std::string drift_words(const WatchedVersion& version, const Quantity& quantity,
                        const Gathering& onset) {
  return fmt::format("{} drifted from the training data: {} by {} predictions since {}",
                     quantity.subject, change_in_words(profile_of(version, quantity), onset.counts),
                     with_thousands(static_cast<std::uint64_t>(total(onset.counts))),
                     minute_in_words(onset.first));
}

const char* quality_name(Source source) {
  switch (source) {
    case Source::missing:
      return "missing values";
    case Source::unseen:
      return "categories unknown at training";
    case Source::out_of_range:
      return "values outside the training range";
    default:
      return "unreadable values";
  }
}

std::string share_words(const std::string& what, const Reading& reading, const char* rows,
                        const Gathering& onset) {
  return fmt::format("{}: {} (95 % interval {} to {}) of {} {} since {}, limit {}", what,
                     percent(reading.now), percent(reading.lower), percent(reading.upper),
                     with_thousands(static_cast<std::uint64_t>(total(onset.counts))), rows,
                     minute_in_words(onset.first), percent(reading.limit));
}

std::string sentence_of(const WatchedVersion& version, const Quantity& quantity,
                        const Stream& stream, const Gathering& onset) {
  const Reading score = reading_of_score(stream, onset.counts);
  switch (quantity.source) {
    case Source::feature:
    case Source::prediction:
      return drift_words(version, quantity, onset);
    case Source::errors:
      return share_words("requests fail", score, "requests", onset);
    case Source::calibration:
      return calibration_words(version, score, onset);
    case Source::expected_loss:
    case Source::loss:
      return performance_words(version, quantity, reading_in_metric(version, stream, score), onset);
    default:
      return share_words(fmt::format("{} in {}", quality_name(quantity.source), quantity.subject),
                         score, "rows", onset);
  }
}

std::string severity_of(const Quantity& quantity, const Stream& stream, double observed) {
  if (quantity.source == Source::loss || quantity.source == Source::errors) return "critical";
  const bool large = observed - stream.reference >= 2 * stream.margin;
  return is_about_performance(quantity.source) && large ? "critical" : "warning";
}

Json evidence_of(const WatchedVersion& version, const Quantity& quantity, const Stream& stream,
                 const Alarm& alarm, double days) {
  const Reading score = reading_of_score(stream, alarm.onset.counts);
  Json evidence = {{"stream", stream.aspect},
                   {"reference", json_number(score.before)},
                   {"limit", json_number(score.limit)},
                   {"observed", json_number(score.now)},
                   {"lower", json_number(score.lower)},
                   {"upper", json_number(score.upper)},
                   {"n", static_cast<std::uint64_t>(total(alarm.onset.counts))},
                   {"since", to_rfc3339(alarm.onset.first)},
                   {"value", json_number(alarm.value)},
                   {"days_without_change", json_number(days)},
                   {"importance", json_number(quantity.importance)}};
  if (quantity.source != Source::loss && quantity.source != Source::expected_loss) return evidence;
  const Reading metric = reading_in_metric(version, stream, score);
  evidence["metric"] = quantity.subject;
  evidence["metric_before"] = json_number(metric.before);
  evidence["metric_now"] = json_number(metric.now);
  return evidence;
}

Alert describe_quantity(const WatchedVersion& version, const Watch& watch,
                        const AlarmEvent& event) {
  const Quantity& quantity = watch.quantities()[event.quantity];
  const Stream& stream = quantity.streams[event.alarm.stream];
  const Gathering& onset = event.alarm.onset;
  const double days = std::floor(std::min(
      watch.period_days() * std::max(event.alarm.value, 1.0) / stream.share, kLongestDays));
  Alert alert;
  alert.rule = quantity.rule;
  alert.subject = quantity.subject;
  alert.severity = severity_of(quantity, stream, stream.mean_score(onset.counts));
  alert.state = event.alarm.change == AlarmChange::resolved ? "resolved" : "firing";
  alert.since = alert.changed_at = event.alarm.at;
  alert.message = fmt::format("{}; without a change such evidence comes less than once in {} days",
                              sentence_of(version, quantity, stream, onset),
                              with_thousands(static_cast<std::uint64_t>(days)));
  const bool about_data = is_about_quality(quantity.source) || quantity.source == Source::errors;
  alert.next_command =
      fmt::format("mlops {} {}", about_data ? "monitor" : "retrain", version.model);
  alert.evidence = evidence_of(version, quantity, stream, event.alarm, days);
  return alert;
}

Alert describe_volume(const WatchedVersion& version, const VolumeAlarm& alarm) {
  Alert alert;
  alert.subject = "predictions";
  alert.state = alarm.resolved ? "resolved" : "firing";
  alert.since = alert.changed_at = alarm.at;
  alert.next_command = fmt::format("mlops monitor {}", version.model);
  alert.evidence = {{"expected", json_number(alarm.expected)},
                    {"observed", json_number(alarm.observed)},
                    {"since", to_rfc3339(alarm.since)}};
  const auto observed = static_cast<std::uint64_t>(std::max(alarm.observed, 0.0));
  const auto expected = static_cast<std::uint64_t>(std::max(alarm.expected, 0.0));
  if (alarm.about_silence) {
    alert.rule = "silence";
    alert.severity = "critical";
    alert.message = fmt::format(
        "no prediction for {}, since {}; the longest gap of the last two weeks was {}",
        minutes_in_words(observed), minute_in_words(alarm.since), minutes_in_words(expected));
    return alert;
  }
  alert.rule = "volume";
  alert.severity = "warning";
  alert.message = fmt::format(
      "{} predictions on {} where the same weekday of the weeks before had {}",
      with_thousands(observed), to_rfc3339(alarm.since).substr(0, 10), with_thousands(expected));
  return alert;
}

}  // namespace

Alert describe_alarm(const WatchedVersion& version, const Watch& watch, const AlarmEvent& event) {
  Alert alert = event.volume ? describe_volume(version, *event.volume)
                             : describe_quantity(version, watch, event);
  alert.version = version.version;
  return alert;
}

}  // namespace mlops::observe
