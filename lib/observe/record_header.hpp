// The beginning of a prediction record and the pieces it is read by. Part of the on-disk format:
// add, never renumber; see docs/registry-format.md. Shared by those who decode records; not for
// other modules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "data/conform.hpp"
#include "data/schema.hpp"
#include "observe/bytes.hpp"

namespace mlops::observe {

inline constexpr std::uint8_t kRecordFormat = 1;

// Flags of a record.
inline constexpr std::uint8_t kNarrowCells = 1;
inline constexpr std::uint8_t kNarrowOutputs = 2;
inline constexpr std::uint8_t kHasClientIds = 4;
inline constexpr std::uint8_t kHasIssues = 8;

/// What stands before the numbers.
struct RecordHeader {
  std::uint8_t flags = 0;
  data::Task task = data::Task::regression;
  std::size_t n_rows = 0;
  std::size_t n_features = 0;
  std::size_t n_classes = 0;
  double latency_us = 0;

  [[nodiscard]] bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }
  [[nodiscard]] std::size_t cell_bytes() const noexcept { return has(kNarrowCells) ? 4 : 8; }
  [[nodiscard]] std::size_t output_bytes() const noexcept { return has(kNarrowOutputs) ? 4 : 8; }
  /// Outputs of one row: class probabilities, or value, lower and upper.
  [[nodiscard]] std::size_t n_outputs() const noexcept {
    return task == data::Task::regression ? 3 : n_classes;
  }
};

/// Throws corrupt.
[[nodiscard]] RecordHeader read_header(ByteReader& reader);

/// n * width bytes for each of `n_rows` rows; refuses a product that overflows.
[[nodiscard]] std::span<const std::byte> take_matrix(ByteReader& reader, std::size_t n_rows,
                                                     std::size_t n, std::size_t width);

/// Numbers of 4 or 8 bytes each; `values` is overwritten.
void read_numbers(std::span<const std::byte> bytes, std::size_t width, std::vector<double>& values);
/// The same to where there is room for them.
void copy_numbers(std::span<const std::byte> bytes, std::size_t width, double* into) noexcept;

/// The answered classes as they are stored; nothing in regression.
[[nodiscard]] std::span<const std::byte> take_labels(ByteReader& reader,
                                                     const RecordHeader& header);

[[nodiscard]] std::vector<data::CellIssue> read_issues(ByteReader& reader);
/// What stands after the labels: client ids, which are passed over, and issues.
[[nodiscard]] std::vector<data::CellIssue> read_issues_after_labels(ByteReader& reader,
                                                                    const RecordHeader& header);

}  // namespace mlops::observe
