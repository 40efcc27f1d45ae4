// Counts requests into the sketches of their versions and hours. Requests of few rows are gathered
// first and counted together, a column at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "observe/sketch.hpp"

namespace mlops::observe {

/// Version and hour since the epoch -> what was counted.
using SketchByHour = std::map<std::pair<std::uint32_t, std::int64_t>, TrafficSketch>;

void add_to(SketchByHour& sum, const SketchByHour& sketches);

/// Numbers that are appended a few at a time, often: what it once needed it keeps, and does not
/// write before it is written to.
template <typename T>
class Gathered {
 public:
  /// Room for n more, to be filled by the caller.
  [[nodiscard]] T* more(std::size_t n) {
    if (n_ + n > room_.size()) room_.resize(2 * (n_ + n));
    n_ += n;
    return room_.data() + n_ - n;
  }
  void append(std::span<const T> values) {
    std::copy(values.begin(), values.end(), more(values.size()));
  }
  void clear() noexcept { n_ = 0; }
  [[nodiscard]] std::span<const T> values() const noexcept { return {room_.data(), n_}; }

 private:
  std::vector<T> room_;
  std::size_t n_ = 0;
};

/// Of one thread.
class TrafficCounter {
 public:
  /// One request. `layout` is borrowed until the next `take` or `clear`. Throws corrupt for outputs
  /// that are not of the layout's task, now or when they are counted.
  void add(const SketchLayout& layout, std::uint32_t version, const TrafficRows& rows);
  /// The same of a record of the log as it is stored; returns its rows. Throws corrupt.
  std::size_t add_record(const SketchLayout& layout, std::uint32_t version, Timestamp time,
                         std::span<const std::byte> record);
  /// Everything that was added; the counter is empty again.
  [[nodiscard]] SketchByHour take();
  void clear() noexcept;
  [[nodiscard]] std::size_t n_sketches() const noexcept { return sketches_.size(); }

 private:
  using Entry = SketchByHour::value_type;
  void find(const SketchLayout& layout, std::uint32_t version, Timestamp time);
  void make_room(std::size_t n_rows, std::size_t n_features, std::size_t n_outputs);
  void gather(const TrafficRows& rows);
  void count_gathered();

  SketchByHour sketches_;
  Entry* entry_ = nullptr;  ///< of the last request, and of the rows that wait
  const SketchLayout* layout_ = nullptr;
  std::size_t n_waiting_ = 0;
  std::size_t n_features_ = 0;  ///< of the rows that wait
  std::size_t n_outputs_ = 0;
  Gathered<double> cells_;
  Gathered<double> outputs_;
  Gathered<std::uint32_t> labels_;
};

}  // namespace mlops::observe
