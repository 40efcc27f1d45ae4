// The rows of a prediction record, read to be counted: no ids, no copies beyond the numbers.
#pragma once

#include <vector>

#include "observe/sketch.hpp"

namespace mlops::observe {

/// Buffers are kept from record to record.
class RecordReader {
 public:
  /// What the record holds, borrowed until the next call; the time is a column of the record and
  /// left to the caller. Throws corrupt.
  [[nodiscard]] TrafficRows read(std::span<const std::byte> bytes);

 private:
  std::vector<double> cells_;
  std::vector<double> outputs_;
  std::vector<std::uint32_t> labels_;
  std::vector<data::CellIssue> issues_;
};

}  // namespace mlops::observe
