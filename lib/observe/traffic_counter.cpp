#include "observe/traffic_counter.hpp"

namespace mlops::observe {
namespace {

/// Rows counted together: their cells stay in the processor's first two caches.
constexpr std::size_t kRowsTogether = 256;
/// Requests of so many rows are not worth a copy.
constexpr std::size_t kLargeRequest = 64;

template <typename T>
void append(std::vector<T>& into, std::span<const T> values) {
  into.insert(into.end(), values.begin(), values.end());
}

}  // namespace

void TrafficCounter::add(const SketchLayout& layout, std::uint32_t version,
                         const TrafficRows& rows) {
  find(layout, version, rows);
  entry_->second.add_request(rows);
  if (rows.n_rows < kLargeRequest) return gather(rows);
  count_gathered();
  entry_->second.add_rows(layout, rows);
}

SketchByHour TrafficCounter::take() {
  count_gathered();
  SketchByHour taken = std::move(sketches_);
  clear();
  return taken;
}

void TrafficCounter::clear() noexcept {
  sketches_.clear();
  entry_ = nullptr;
  layout_ = nullptr;
  n_waiting_ = 0;
  cells_.clear();
  outputs_.clear();
  labels_.clear();
}

/// Moves to the sketch of the request; what waits for another one is counted.
void TrafficCounter::find(const SketchLayout& layout, std::uint32_t version,
                          const TrafficRows& rows) {
  const SketchByHour::key_type key{version, hour_of(rows.time)};
  if (entry_ != nullptr && entry_->first == key) return;
  count_gathered();
  entry_ = &*sketches_.try_emplace(key, layout).first;
  layout_ = &layout;
}

void TrafficCounter::gather(const TrafficRows& rows) {
  const bool fits = rows.n_features == n_features_ && rows.n_outputs == n_outputs_;
  if (!fits || n_waiting_ + rows.n_rows > kRowsTogether) count_gathered();
  n_features_ = rows.n_features;
  n_outputs_ = rows.n_outputs;
  n_waiting_ += rows.n_rows;
  append(cells_, rows.cells);
  append(outputs_, rows.outputs);
  append(labels_, rows.labels);
}

void TrafficCounter::count_gathered() {
  if (n_waiting_ == 0) return;
  entry_->second.add_rows(*layout_, {.n_rows = n_waiting_,
                                     .n_features = n_features_,
                                     .n_outputs = n_outputs_,
                                     .cells = cells_,
                                     .outputs = outputs_,
                                     .labels = labels_});
  n_waiting_ = 0;
  cells_.clear();
  outputs_.clear();
  labels_.clear();
}

}  // namespace mlops::observe
