// Counts requests into the sketches of their versions and hours. Requests of few rows are gathered
// first and counted together, a column at a time.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "observe/sketch.hpp"

namespace mlops::observe {

/// Version and hour since the epoch -> what was counted.
using SketchByHour = std::map<std::pair<std::uint32_t, std::int64_t>, TrafficSketch>;

/// Of one thread.
class TrafficCounter {
 public:
  /// One request. `layout` is borrowed until the next `take` or `clear`. Throws corrupt for outputs
  /// that are not of the layout's task, now or when they are counted.
  void add(const SketchLayout& layout, std::uint32_t version, const TrafficRows& rows);
  /// Everything that was added; the counter is empty again.
  [[nodiscard]] SketchByHour take();
  void clear() noexcept;

 private:
  using Entry = SketchByHour::value_type;
  void find(const SketchLayout& layout, std::uint32_t version, const TrafficRows& rows);
  void gather(const TrafficRows& rows);
  void count_gathered();

  SketchByHour sketches_;
  Entry* entry_ = nullptr;  ///< of the last request, and of the rows that wait
  const SketchLayout* layout_ = nullptr;
  std::size_t n_waiting_ = 0;
  std::size_t n_features_ = 0;  ///< of the rows that wait
  std::size_t n_outputs_ = 0;
  std::vector<double> cells_;
  std::vector<double> outputs_;
  std::vector<std::uint32_t> labels_;
};

}  // namespace mlops::observe
