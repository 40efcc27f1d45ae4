#include "observe/traffic_counter.hpp"

#include <cstring>

#include "observe/record_header.hpp"

namespace mlops::observe {
namespace {

/// Rows counted together: their cells stay in the processor's first two caches.
constexpr std::size_t kRowsTogether = 256;
/// Requests of so many rows are not worth a copy.
constexpr std::size_t kLargeRequest = 64;

void append(std::span<const std::byte> bytes, std::size_t width, Gathered<double>& into) {
  copy_numbers(bytes, width, into.more(bytes.size() / width));
}

}  // namespace

void add_to(SketchByHour& sum, const SketchByHour& sketches) {
  for (const auto& [key, sketch] : sketches) {
    const auto [found, is_new] = sum.try_emplace(key, sketch);
    if (!is_new) found->second.add(sketch);
  }
}

void TrafficCounter::add(const SketchLayout& layout, std::uint32_t version,
                         const TrafficRows& rows) {
  find(layout, version, rows.time);
  entry_->second.add_request(rows);
  if (rows.n_rows < kLargeRequest) return gather(rows);
  count_gathered();
  entry_->second.add_rows(layout, rows);
}

std::size_t TrafficCounter::add_record(const SketchLayout& layout, std::uint32_t version,
                                       Timestamp time, std::span<const std::byte> record) {
  ByteReader reader(record);
  const RecordHeader header = read_header(reader);
  find(layout, version, time);
  make_room(header.n_rows, header.n_features, header.n_outputs());
  append(take_matrix(reader, header.n_rows, header.n_features, header.cell_bytes()),
         header.cell_bytes(), cells_);
  append(take_matrix(reader, header.n_rows, header.n_outputs(), header.output_bytes()),
         header.output_bytes(), outputs_);
  const auto labels = take_labels(reader, header);
  if (!labels.empty())
    std::memcpy(labels_.more(labels.size() / sizeof(std::uint32_t)), labels.data(), labels.size());
  const std::vector<data::CellIssue> issues = read_issues_after_labels(reader, header);
  entry_->second.add_request(
      {.time = time, .latency_us = header.latency_us, .n_rows = header.n_rows, .issues = issues});
  return header.n_rows;
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
void TrafficCounter::find(const SketchLayout& layout, std::uint32_t version, Timestamp time) {
  const SketchByHour::key_type key{version, hour_of(time)};
  if (entry_ != nullptr && entry_->first == key) return;
  count_gathered();
  entry_ = &*sketches_.try_emplace(key, layout).first;
  layout_ = &layout;
}

/// For rows that are appended to those that wait.
void TrafficCounter::make_room(std::size_t n_rows, std::size_t n_features, std::size_t n_outputs) {
  const bool fits = n_features == n_features_ && n_outputs == n_outputs_;
  if (!fits || n_waiting_ + n_rows > kRowsTogether) count_gathered();
  n_features_ = n_features;
  n_outputs_ = n_outputs;
  n_waiting_ += n_rows;
}

void TrafficCounter::gather(const TrafficRows& rows) {
  make_room(rows.n_rows, rows.n_features, rows.n_outputs);
  cells_.append(rows.cells);
  outputs_.append(rows.outputs);
  labels_.append(rows.labels);
}

void TrafficCounter::count_gathered() {
  if (n_waiting_ == 0) return;
  entry_->second.add_rows(*layout_, {.n_rows = n_waiting_,
                                     .n_features = n_features_,
                                     .n_outputs = n_outputs_,
                                     .cells = cells_.values(),
                                     .outputs = outputs_.values(),
                                     .labels = labels_.values()});
  n_waiting_ = 0;
  cells_.clear();
  outputs_.clear();
  labels_.clear();
}

}  // namespace mlops::observe
