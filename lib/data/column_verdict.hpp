// Numbers or text? Decided for a column once every cell has been seen, and never by its first rows.
#pragma once

#include <string>
#include <vector>

#include "data/column_builder.hpp"
#include "data/number_format.hpp"
#include "data/reader.hpp"

namespace mlops::data {

/// What the caller said about a column.
enum class Wish {
  infer,
  text,
  number,
  levels,  ///< numbers, or text when a cell is none
};

[[nodiscard]] Wish wish_for(const ReadOptions& options, const std::string& name);

/// What is to be done with a column that has been read.
enum class VerdictKind {
  keep,             ///< as it is
  read_as_text,     ///< read again as text
  read_as_numbers,  ///< read again as numbers in `format`
  bad_cells,        ///< a column of numbers with a few cells that are none
};

struct Verdict {
  VerdictKind kind = VerdictKind::keep;
  NumberFormat format;
  /// Why, for a finding: its code and sentence; empty when nothing is worth telling.
  std::string code;
  std::string message;
  std::string hint;
};

/// Judges a column read by `column`'s guess.
///
/// - Whole numbers with leading zeros are codes and stay text.
/// - One word that stands in at most a tenth of the cells, at least twice, among at least 20
///   numbers ("T" for a trace of rain) is taken as a missing marker.
/// - Bad cells that all are numbers with thousands groups make the column one with groups; more
///   than 1 % that all are numbers in another format make it one in that format.
/// - Otherwise up to 1 % of cells that are no numbers are bad cells; with more, the column is text.
/// Shares are of the cells that are not missing. These limits are chosen by us.
[[nodiscard]] Verdict judge_column(const ColumnBuilder& column, const std::string& name, Wish wish,
                                   const NumberRules& rules, const MissingMarkers& missing);

}  // namespace mlops::data
