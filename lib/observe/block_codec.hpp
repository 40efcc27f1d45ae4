// A prediction block as the bytes of one record, and back, to the last bit of every cell and
// output. Part of the on-disk format: add, never renumber; see docs/registry-format.md.
#pragma once

#include <cstddef>
#include <span>

#include "observe/bytes.hpp"
#include "observe/store.hpp"

namespace mlops::observe {

/// Appends rows [first, last) of the block. Cells and outputs are written as 32-bit floats where
/// every one of them is exactly one, otherwise as doubles. Ids, time, version and role are the
/// record's columns, not part of the bytes.
/// Requires: a block whose parts agree in length (check_block).
void encode_block(const PredictionBlock& block, std::size_t first, std::size_t last,
                  ByteWriter& writer);

/// The block back, without ids, time, version and role. Throws corrupt.
[[nodiscard]] PredictionBlock decode_block(std::span<const std::byte> bytes);

/// Throws internal ("store.bad_block") when the parts of a block disagree in length or its ids are
/// not ascending: a bug of the caller, caught before it becomes an unreadable record.
void check_block(const PredictionBlock& block);

/// One row of an encoded block, read without decoding the others.
struct EncodedRow {
  data::Task task = data::Task::regression;
  std::uint32_t label = 0;      ///< classification
  std::vector<double> outputs;  ///< class probabilities, or {value, lower, upper}
  std::vector<double> cells;
};

/// Throws corrupt, also when there is no such row.
[[nodiscard]] EncodedRow decode_row(std::span<const std::byte> bytes, std::size_t row);

}  // namespace mlops::observe
