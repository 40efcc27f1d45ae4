// What the dashboards show of one model, as plain data: volume, errors, performance with n and
// interval, drift per feature beside what equal data would give, quality, alerts. Computed from
// the store; rendered by the terminal, the web page and `--json` alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "data/metrics.hpp"
#include "data/profile.hpp"
#include "observe/loss_profile.hpp"
#include "observe/policy.hpp"
#include "observe/store.hpp"

namespace mlops::observe {

/// Part of the JSON contract.
enum class Status { ok, warning, critical, unknown };
std::string_view to_string(Status status) noexcept;

struct SeriesPoint {
  Timestamp t;
  std::uint64_t n = 0;
  double value = 0;  ///< NaN where there is none
  double lower = 0;
  double upper = 0;
};

struct Estimate {
  double value = 0;
  double lower = 0;
  double upper = 0;
  std::uint64_t n = 0;
};

/// A part of the predictions, by one feature.
struct SegmentHealth {
  std::string name;      ///< "contract = two-year", "tenure 12..24", "tenure missing"
  Estimate performance;  ///< realized
  double rest = 0;       ///< the metric of all other labelled predictions
};

struct PerformanceHealth {
  data::Metric metric = data::Metric::accuracy;  ///< accuracy or rmse: what people read
  bool higher_is_better = true;
  double threshold = 0;               ///< the floor (or ceiling, where lower is better)
  double reference = 0;               ///< held-out score at training
  std::optional<Estimate> realized;   ///< absent without labels
  std::optional<Estimate> estimated;  ///< label-free; absent where it cannot be said
  /// The estimate corrected by the labels there are: the interval to believe where labels are few.
  /// Absent without either.
  std::optional<Estimate> combined;
  /// The segment that is worse than the rest beyond chance and by the most; absent where none is.
  std::optional<SegmentHealth> worst_segment;
  double label_coverage = 0;        ///< labelled / predictions in the range
  std::vector<SeriesPoint> series;  ///< realized, by bucket
  Status status = Status::unknown;
};

struct DriftHealth {
  std::string feature;
  data::ColumnKind kind = data::ColumnKind::number;
  double psi = 0;
  double js = 0;           ///< Jensen-Shannon distance, base 2 logarithm's square root, 0..1
  double ks = 0;           ///< numbers and datetimes; NaN otherwise
  double chi2 = 0;         ///< categories and booleans; NaN otherwise
  double wasserstein = 0;  ///< normalised by the reference deviation; NaN for categories
  double noise_floor = 0;  ///< 99 % quantile of PSI for equal data of this n
  std::uint64_t n = 0;     ///< rows compared: those of the range, of more time where that is few
  double importance = 0;   ///< share 0..1
  std::string change;      ///< the largest change in words: "contract: month-to-month 55 % -> 71 %"
  Status status = Status::unknown;
};

struct QualityHealth {
  std::string feature;
  std::string kind;  ///< missing, unseen_category, out_of_range, not_a_number
  double reference_share = 0;
  double share = 0;
  std::uint64_t n = 0;
  Status status = Status::unknown;
};

struct Alert {
  std::int64_t id = 0;  ///< 0 until update_alerts has stored it
  std::uint32_t version = 0;
  std::string rule;          ///< performance, drift, missing, silence, errors, ...
  std::string subject;       ///< metric or feature
  std::string severity;      ///< warning or critical
  std::string state;         ///< firing, acknowledged, resolved
  Timestamp since;           ///< when it opened
  Timestamp changed_at;      ///< when it came to this state
  std::string message;       ///< cause and evidence, one sentence
  std::string next_command;  ///< what to run now
  Json evidence = Json::object();
};

struct ModelHealth {
  std::string model;
  std::uint32_t version = 0;
  data::Task task = data::Task::binary;
  Status status = Status::unknown;
  bool flagged_for_retraining = false;
  std::uint64_t n_total = 0;  ///< predictions in the range
  double per_minute = 0;
  std::vector<SeriesPoint> volume;
  std::uint64_t n_errors = 0;
  double latency_p50_ms = 0;  ///< NaN without predictions
  double latency_p99_ms = 0;
  PerformanceHealth performance;
  Status drift_status = Status::unknown;
  std::vector<DriftHealth> drift;  ///< ranked by drift x importance, the worst first
  std::optional<DriftHealth> prediction_drift;
  std::vector<QualityHealth> quality;
  std::vector<Alert> alerts;  ///< open ones, then those of the range
  Timestamp generated_at;
  /// For update_alerts: how far the detectors are after this assessment, and which stored state
  /// they went on from.
  std::vector<std::byte> watch_state;
  std::int64_t watch_revision = 0;
};

/// What a version brings to be watched by; from its stored files.
struct WatchedVersion {
  std::string model;
  std::uint32_t version = 0;
  data::Schema schema;
  data::ReferenceProfile profile;
  /// Held-out score in PerformanceHealth's metric.
  data::MetricValue reference;
  Timestamp deployed_at;
  /// Held-out losses by what could be known beforehand (loss_profile.hpp); without them there is no
  /// calibrated estimate and no alarm on one.
  std::optional<LossProfile> losses;
};

struct HealthQuery {
  Timestamp now;
  std::int64_t range_micros = kMicrosPerDay;
};

/// The report. Reads the store only; never writes.
[[nodiscard]] ModelHealth assess(const ObservationStore& store, const WatchedVersion& version,
                                 const Policy& policy, const HealthQuery& query);

/// Whether stored sketches are trusted or counted from the log again.
enum class Recount { no, yes };

/// Sees to it that the version's predictions and labels are counted into stored sketches: from then
/// on `assess` takes the same time however long the log is. Costs one look when they are, else a
/// pass over the version's part of the log. Hours that retention took from the log stay as they
/// are. Writes.
void keep_sketches(ObservationStore& store, const WatchedVersion& version,
                   Recount recount = Recount::no);

/// Deletes the oldest predictions and their labels, whole hours by age, until what stays is young
/// and small enough; the hour that `now` is in always stays. A few at a time, so that nobody who
/// writes waits long. Sketches, alerts and counters stay, so that the dashboards look back further
/// than the log. The file's size does not shrink: freed pages are used again. Returns the
/// predictions deleted. Writes.
std::uint64_t apply_retention(ObservationStore& store, const Retention& retention, Timestamp now);

/// Brings the stored alerts and detectors to the assessment's state: opens, refreshes and resolves,
/// in one transaction. Returns the alerts to tell people about: newly opened or resolved; not those
/// that only came back within a day, nor drift of a feature with less than 1 % of the importance.
/// Where another process was faster since the assessment it does nothing: the next one goes on from
/// there. Writes.
std::vector<Alert> update_alerts(ObservationStore& store, const ModelHealth& health, Timestamp now);

/// Alerts of every version, open ones first, then the latest change first; resolved ones only
/// where they changed since.
[[nodiscard]] std::vector<Alert> stored_alerts(const ObservationStore& store, Timestamp since = {});

/// Marks a firing alert as seen by a person; it stays open and is not told again. Acknowledging
/// twice changes nothing. Throws not_found for an unknown id, conflict for a resolved alert.
Alert acknowledge_alert(ObservationStore& store, std::int64_t id, Timestamp now);

/// An element of "alerts" there and in `alerts --json`.
[[nodiscard]] Json to_json(const Alert& alert);

/// One element of `monitor --json`'s "models", also GET /v1/models/{name}/metrics.
[[nodiscard]] Json to_json(const ModelHealth& health);

}  // namespace mlops::observe
