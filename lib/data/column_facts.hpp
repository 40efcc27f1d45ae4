// What the cells of one column are like, before any meaning: counts, range, order, words.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "data/table.hpp"

namespace mlops::data {

/// One pass over a column.
struct ColumnFacts {
  std::uint64_t n_rows = 0;
  std::uint64_t n_missing = 0;
  std::uint64_t n_distinct = 0;       ///< of the present cells
  std::vector<std::string> examples;  ///< the first three different values
  // numeric columns
  bool integral = true;
  double minimum = std::numeric_limits<double>::quiet_NaN();
  double maximum = std::numeric_limits<double>::quiet_NaN();
  bool ascending = true;  ///< each present value is larger than the one before
  // text columns
  std::vector<std::uint64_t> level_counts;  ///< rows of each dictionary entry
  double mean_words = 0;                    ///< words in a cell
  double mean_bytes = 0;

  [[nodiscard]] std::uint64_t n_present() const noexcept { return n_rows - n_missing; }
};

[[nodiscard]] ColumnFacts facts_of(const TableColumn& column);

/// The dictionary entries that occur, most frequent first, ties by name.
[[nodiscard]] std::vector<std::string> levels_by_frequency(const TableColumn& column,
                                                           const ColumnFacts& facts);

/// The values of a numeric column as texts, most frequent first, ties by value.
[[nodiscard]] std::vector<std::string> number_levels_by_frequency(const TableColumn& column);

/// The dictionary entries that occur, in order of first appearance.
[[nodiscard]] std::vector<std::string> used_texts(const TableColumn& column,
                                                  const ColumnFacts& facts);

}  // namespace mlops::data
