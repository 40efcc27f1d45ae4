#include "health_samples.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace mlops::samples {
namespace {

using observe::Status;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kBuckets = 48;
constexpr std::int64_t kBucketMicros = 30 * kMicrosPerMinute;

Timestamp bucket_start(int bucket) {
  return {now().micros - (kBuckets - bucket) * kBucketMicros};
}

/// A busy afternoon and a quiet night.
std::vector<observe::SeriesPoint> daily_volume(double peak) {
  std::vector<observe::SeriesPoint> series;
  for (int i = 0; i < kBuckets; ++i) {
    const double wave = 1 + std::sin(i * 2 * 3.14159265 / kBuckets - 2);
    series.push_back({.t = bucket_start(i), .n = static_cast<std::uint64_t>(peak * wave / 2)});
  }
  return series;
}

std::vector<observe::SeriesPoint> performance_series(double level, double fall) {
  std::vector<observe::SeriesPoint> series;
  for (int i = 0; i < kBuckets; ++i) {
    const double wobble = 0.006 * std::sin(i * 1.7) + 0.004 * std::sin(i * 0.61);
    const double slope = i > 30 ? fall * (i - 30) / (kBuckets - 30) : 0;
    const double value = level * (1 + wobble) + slope;
    series.push_back({bucket_start(i), 30, value, value - 0.02, value + 0.02});
  }
  return series;
}

observe::DriftHealth drift(const char* feature, data::ColumnKind kind, double psi, Status status,
                           const char* change) {
  return {.feature = feature,
          .kind = kind,
          .psi = psi,
          .js = psi / 2,
          .ks = kind == data::ColumnKind::number ? psi / 3 : kNan,
          .chi2 = kind == data::ColumnKind::number ? kNan : psi * 100,
          .wasserstein = kind == data::ColumnKind::number ? psi : kNan,
          .noise_floor = 0.03,
          .importance = 0.1,
          .change = change,
          .status = status};
}

observe::ModelHealth base_model(const char* name, std::uint32_t version) {
  observe::ModelHealth health;
  health.model = name;
  health.version = version;
  health.latency_p50_ms = 0.41;
  health.latency_p99_ms = 1.9;
  return health;
}

}  // namespace

Timestamp now() {
  return {1773944587LL * kMicrosPerSecond};
}

observe::ModelHealth critical_model() {
  observe::ModelHealth health = base_model("churn", 4);
  health.status = Status::critical;
  health.flagged_for_retraining = true;
  health.n_total = 15204;
  health.per_minute = 52;
  health.volume = daily_volume(640);
  health.n_errors = 3;
  health.performance = {
      .metric = data::Metric::accuracy,
      .higher_is_better = true,
      .threshold = 0.900,
      .reference = 0.935,
      .realized = observe::Estimate{0.884, 0.867, 0.899, 1482},
      .estimated = observe::Estimate{0.891, 0.880, 0.902, 15204},
      .combined = observe::Estimate{0.886, 0.874, 0.897, 15204},
      .worst_segment =
          observe::SegmentHealth{"contract = month-to-month", {0.842, 0.815, 0.866, 701}, 0.921},
      .label_coverage = 0.913,
      .series = performance_series(0.935, -0.075),
      .status = Status::critical};
  health.drift_status = Status::critical;
  health.drift = {
      drift("tenure", data::ColumnKind::number, 0.31, Status::critical, "median 29 -> 11"),
      drift("contract", data::ColumnKind::category, 0.18, Status::warning,
            "month-to-month 55 % -> 71 %"),
      drift("monthly_charges", data::ColumnKind::number, 0.07, Status::ok, "mean 64.8 -> 66.1"),
      drift("payment_method", data::ColumnKind::category, 0.03, Status::ok, "mailed 22 % -> 23 %"),
      drift("senior", data::ColumnKind::boolean, 0.01, Status::ok, "Yes 16 % -> 16 %"),
      drift("partner", data::ColumnKind::boolean, 0.01, Status::ok, "Yes 48 % -> 48 %"),
      drift("dependents", data::ColumnKind::boolean, 0.0, Status::ok, "Yes 30 % -> 30 %")};
  health.prediction_drift =
      drift("(prediction)", data::ColumnKind::number, 0.12, Status::warning, "mean 0.27 -> 0.33");
  health.quality = {{.feature = "total_charges",
                     .kind = "missing",
                     .reference_share = 0.002,
                     .share = 0.081,
                     .n = 15204,
                     .status = Status::warning},
                    {.feature = "contract", .kind = "unseen_category", .status = Status::ok}};
  health.alerts = {
      {.id = 12,
       .version = 4,
       .rule = "performance",
       .subject = "accuracy",
       .severity = "critical",
       .state = "firing",
       .since = {now().micros - 41 * kMicrosPerMinute},
       .changed_at = {now().micros - 41 * kMicrosPerMinute},
       .message = "accuracy 0.884 (0.867 to 0.899, 1,482 labels) is below the limit of 0.900",
       .next_command = "mlops retrain churn"},
      {.id = 11,
       .version = 4,
       .rule = "drift",
       .subject = "tenure",
       .severity = "warning",
       .state = "acknowledged",
       .since = {now().micros - 3 * kMicrosPerHour},
       .changed_at = {now().micros - 2 * kMicrosPerHour},
       .message = "tenure: PSI 0.31, equal data gives 0.03; median 29 -> 11",
       .next_command = "mlops show churn"},
      {.id = 10,
       .version = 4,
       .rule = "silence",
       .severity = "warning",
       .state = "resolved",
       .since = {now().micros - 5 * kMicrosPerHour},
       .changed_at = {now().micros - 4 * kMicrosPerHour},
       .message = "no prediction for 47 minutes; the longest gap of two weeks was 12 minutes",
       .next_command = "mlops monitor churn"}};
  return health;
}

observe::ModelHealth healthy_model() {
  observe::ModelHealth health = base_model("price", 2);
  health.task = data::Task::regression;
  health.status = Status::ok;
  health.n_total = 1204311;
  health.per_minute = 836.3;
  health.volume = daily_volume(25000);
  health.performance = {.metric = data::Metric::rmse,
                        .higher_is_better = false,
                        .threshold = 45,
                        .reference = 40.9,
                        .realized = observe::Estimate{41.2, 40.1, 42.3, 100212},
                        .label_coverage = 1,
                        .series = performance_series(41, 0),
                        .status = Status::ok};
  health.drift_status = Status::ok;
  health.drift = {drift("sqft", data::ColumnKind::number, 0.02, Status::ok, "mean 1,400 -> 1,410")};
  return health;
}

observe::ModelHealth unlabelled_model() {
  observe::ModelHealth health = base_model("demand", 1);
  health.status = Status::unknown;
  health.n_total = 5120;
  health.per_minute = 77;
  health.volume = daily_volume(200);
  health.performance = {.metric = data::Metric::accuracy,
                        .threshold = 0.8,
                        .reference = 0.86,
                        .estimated = observe::Estimate{0.852, 0.841, 0.863, 5120},
                        .series = {{bucket_start(0), 0, kNan, kNan, kNan}}};
  health.drift_status = Status::ok;
  health.drift = {drift("weekday", data::ColumnKind::category, 0.01, Status::ok, "")};
  return health;
}

observe::ModelHealth empty_model() {
  observe::ModelHealth health = base_model("fraud", 11);
  health.latency_p50_ms = kNan;
  health.latency_p99_ms = kNan;
  health.performance = {.metric = data::Metric::accuracy, .threshold = 0.95, .reference = 0.97};
  return health;
}

observe::ModelHealth waiting_model() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  observe::ModelHealth health = empty_model();
  for (std::int64_t hour = 23; hour >= 0; --hour) {
    const Timestamp begin{now().micros - (hour + 1) * kMicrosPerHour};
    health.volume.push_back({begin, 0, kNan, kNan, kNan});
    health.performance.series.push_back({begin, 0, kNan, kNan, kNan});
  }
  for (const char* feature : {"amount", "country", "hour", "merchant"})
    health.drift.push_back({.feature = feature,
                            .kind = data::ColumnKind::number,
                            .psi = kNan,
                            .noise_floor = kNan,
                            .importance = 0.25,
                            .change = "-",
                            .status = Status::unknown});
  health.prediction_drift = health.drift.front();
  health.quality = {{.feature = "amount", .kind = "missing", .status = Status::unknown}};
  return health;
}

observe::ModelHealth silent_model() {
  observe::ModelHealth health = healthy_model();
  health.model = "routing";
  health.status = Status::warning;
  health.per_minute = 0;
  for (std::size_t i = 42; i < health.volume.size(); ++i) health.volume[i].n = 0;
  return health;
}

std::vector<registry::Event> events() {
  return {{.sequence = 9,
           .time = {now().micros - 2 * kMicrosPerMinute},
           .actor = "root (mlops retrain)",
           .type = "retrain",
           .message = "kept churn@4: challenger @5 not better on 9,157 held-out rows (p 0.31)"},
          {.sequence = 8,
           .time = {now().micros - 41 * kMicrosPerMinute},
           .actor = "mlops",
           .type = "alert",
           .message = "accuracy 0.884 below 0.900 (1,482 labels)"},
          {.sequence = 7,
           .time = {now().micros - 9 * kMicrosPerHour},
           .actor = "ana (mlops train)",
           .type = "deployed",
           .message = "churn@4 is champion (was @3)"}};
}

workflow::MonitorReport report_of(std::vector<observe::ModelHealth> models) {
  workflow::MonitorReport report{.generated_at = now(), .models = std::move(models)};
  report.events.assign(report.models.size(), events());
  return report;
}

}  // namespace mlops::samples
