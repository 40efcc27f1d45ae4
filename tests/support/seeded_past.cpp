#include "support/seeded_past.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "observe/store.hpp"
#include "observe/watched_version.hpp"
#include "registry/registry.hpp"

namespace mlops::test {
namespace {

/// A bin by the reference's counts; `push` > 0 prefers later ones.
std::size_t draw_bin(Random& random, const data::ColumnProfile& profile, double push) {
  std::vector<double> weights(profile.counts.begin(), profile.counts.end());
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] *= std::exp(push * static_cast<double>(i) / static_cast<double>(weights.size()));
  double left = random.uniform() * std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

double draw_cell(Random& random, const data::ColumnProfile& profile, double push) {
  const auto n = static_cast<double>(profile.n_present + profile.n_missing);
  if (random.uniform() * n < static_cast<double>(profile.n_missing)) return std::nan("");
  const std::size_t bin = draw_bin(random, profile, push);
  if (profile.kind == data::ColumnKind::category || profile.kind == data::ColumnKind::boolean)
    return static_cast<double>(bin);
  if (profile.edges.empty()) return profile.mean;
  const double lower = bin == 0 ? profile.minimum : profile.edges[bin - 1];
  const double upper = bin < profile.edges.size() ? profile.edges[bin] : profile.maximum;
  return upper - random.uniform() * (upper - lower);
}

/// More by day than by night, fewer on two days of seven.
double traffic_at(Timestamp time) {
  const double hour = static_cast<double>(time.micros % kMicrosPerDay) / kMicrosPerHour;
  const bool quiet_day = time.micros / kMicrosPerDay % 7 < 2;
  return (quiet_day ? 0.5 : 1.0) * (1 + 0.8 * std::sin((hour - 8) / 24 * 2 * 3.14159265));
}

class Seeder {
 public:
  Seeder(observe::ObservationStore& store, const observe::WatchedVersion& version, Past past)
      : store_(store), version_(version), past_(past) {}

  void run(Timestamp now) {
    const std::int64_t first = now.micros - past_.days * kMicrosPerDay;
    for (std::int64_t t = first; t < now.micros; t += kMicrosPerHour / past_.requests_per_hour)
      hour_part({t}, now);
    flush(now);
  }
  [[nodiscard]] std::uint64_t n_rows() const { return n_rows_; }

 private:
  void hour_part(Timestamp time, Timestamp now) {
    const auto n = static_cast<std::size_t>(
        past_.rows_per_hour / past_.requests_per_hour * traffic_at(time) + random_.uniform());
    const double since_drift =
        past_.drift_days - static_cast<double>(now.micros - time.micros) / kMicrosPerDay;
    if (n > 0) blocks_.push_back(block(time, n, since_drift > 0));
    if (blocks_.size() >= 2000) flush(now);
  }

  observe::PredictionBlock block(Timestamp time, std::size_t n, bool changed) {
    const auto& features = version_.profile.features;
    observe::PredictionBlock block{.time = time, .version = version_.version};
    block.latency_us = 700 + 900 * random_.uniform() * random_.uniform();
    block.ids = store_.reserve_ids(n, time);
    block.rows.n_rows = n;
    block.rows.n_features = features.size();
    block.predictions.task = version_.schema.task;
    block.predictions.n_rows = n;
    block.predictions.n_classes = 2;
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t f = 0; f < features.size(); ++f)
        block.rows.cells.push_back(draw_cell(random_, features[f], changed && f % 5 == 1 ? 2 : 0));
      answer(block, changed, time);
    }
    n_rows_ += n;
    return block;
  }

  void answer(observe::PredictionBlock& block, bool changed, Timestamp time) {
    const double p = std::min(
        0.999, std::max(0.001, draw_cell(random_, version_.profile.prediction, changed ? 0.6 : 0)));
    block.predictions.probabilities.push_back(1 - p);
    block.predictions.probabilities.push_back(p);
    const std::uint32_t label = p > 0.5 ? 1 : 0;
    block.predictions.labels.push_back(label);
    const std::string id = fmt::format("seed-{}-{}", time.micros, block.client_ids.size());
    block.client_ids.push_back(id);
    if (random_.uniform() > past_.labelled_share) return;
    const double truth = changed ? 0.5 + 0.6 * (p - 0.5) : p;
    const bool yes = random_.uniform() < truth;
    feedback_.push_back({id, version_.schema.classes[yes ? 1 : 0]});
  }

  void flush(Timestamp now) {
    store_.append(blocks_);
    const Timestamp at = blocks_.empty() ? now : blocks_.back().time;
    store_.record_feedback(feedback_, at);
    blocks_.clear();
    feedback_.clear();
  }

  observe::ObservationStore& store_;
  const observe::WatchedVersion& version_;
  Past past_;
  Random random_{17};
  std::vector<observe::PredictionBlock> blocks_;
  std::vector<observe::Feedback> feedback_;
  std::uint64_t n_rows_ = 0;
};

}  // namespace

std::uint64_t give_past(const std::filesystem::path& registry_root, const std::string& model,
                        const Past& past) {
  const SystemClock clock;
  const registry::Registry registry(registry_root, clock, "seeded_past");
  const registry::Version version = registry.resolve({model, ""});
  const observe::WatchedVersion watched =
      observe::read_watched_version(registry.version_directory(model, version), model, version,
                                    registry.manifest(model, version).metadata);
  observe::ObservationStore store(registry.observations_path(model), SqliteOpen::read_write_create,
                                  observe::LogSync::off);
  Seeder seeder(store, watched, past);
  seeder.run(clock.now());
  return seeder.n_rows();
}

}  // namespace mlops::test
