// What the user may set in models/NAME/model.yaml about watching and retraining, with defaults that
// make the empty file sensible.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace mlops::observe {

/// What is assumed of a model's traffic over time. Enumerators are the spelling in model.yaml, but
/// for `automatic` ("auto").
enum class TimeStructure {
  automatic,    ///< unknown: measured, and assumed to have daily cycles until it is
  independent,  ///< rows are independent: shuffled data, batches, benchmarks
  daily,        ///< has daily cycles for good
};
std::string_view to_string(TimeStructure structure) noexcept;
std::optional<TimeStructure> parse_time_structure(std::string_view text) noexcept;

struct MonitoringPolicy {
  /// Days in which one false alarm is allowed, over everything watched of a model.
  double false_alarm_days = 90;
  /// Performance floor in the model's metric; absent: held-out score minus a tolerance.
  std::optional<double> floor;
  /// Worsening that is tolerated when there is no floor: a share of the held-out error rate (at
  /// least one point of accuracy) or of the held-out RMSE.
  double tolerance = 0.10;
  /// Labels below which performance is "unknown".
  std::uint64_t min_labels = 50;
  /// Predictions below which drift is "unknown".
  std::uint64_t min_predictions = 200;
  TimeStructure time_structure = TimeStructure::automatic;
  /// How far back drift is looked at beyond the range asked for, where that holds few rows.
  std::int64_t window_micros = 7 * kMicrosPerDay;
};

struct RetrainingPolicy {
  std::uint64_t min_new_labels = 500;
  std::int64_t cooldown_micros = 6 * kMicrosPerHour;
  std::optional<std::int64_t> schedule_micros;
  /// New files to learn from: paths and globs, relative to the working directory.
  std::vector<std::string> sources;
  /// Non-inferiority margin of the gate, relative to the champion's score.
  double margin = 0.0;
};

/// One way to tell people. `kind`: webhook, alertmanager, command.
struct NotificationChannel {
  std::string kind;
  std::string target;       ///< URL or command line
  std::string secret_file;  ///< webhook: HMAC key; may be empty
};

/// What may stay in the log of predictions; what is absent sets no limit.
struct Retention {
  std::optional<std::int64_t> age_micros;
  std::optional<std::uint64_t> size_bytes;  ///< of the used part of the file
};

struct Policy {
  MonitoringPolicy monitoring;
  RetrainingPolicy retraining;
  std::vector<NotificationChannel> notify;
  Retention retention;
};

/// From model.yaml's text. Throws invalid_argument naming the key (with did-you-mean) and `source`.
[[nodiscard]] Policy parse_policy(std::string_view yaml, std::string_view source);

/// The commented model.yaml that a new model gets; parses to Policy{}.
[[nodiscard]] std::string default_policy_yaml();

}  // namespace mlops::observe
