// Which of a file's columns are numbers, and how each writes them: guessed from a sample, confirmed
// or corrected when every cell has been read.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/missing.hpp"
#include "data/number_text.hpp"

namespace mlops::data {

/// What a column's cells look like.
struct ColumnGuess {
  bool numeric = false;
  NumberFormat format;
};

/// What the caller insists on.
struct NumberRules {
  std::optional<char> decimal;
  std::optional<char> thousands;
  char separator = ',';  ///< of the fields; a comma makes decimal commas unlikely
  /// What other columns of the file are known to have.
  bool seen_decimal_comma = false;
  bool seen_comma_groups = false;
};

/// The guesses for all columns of a file, given some cells of each (trimmed). A column is numeric
/// when at least nine of ten present cells are numbers; a column without present cells is numeric.
///
/// "1,234" alone can be either of two numbers. Such a column follows the columns that leave no
/// doubt; without those it has thousands groups in comma-separated files and decimal commas
/// otherwise. `ambiguous` receives the indices of columns decided without such evidence.
[[nodiscard]] std::vector<ColumnGuess> guess_columns(
    std::span<const std::vector<std::string>> columns, const MissingMarkers& missing,
    const NumberRules& rules, std::vector<std::size_t>& ambiguous);

/// The formats tried, in order of preference.
[[nodiscard]] std::vector<NumberFormat> candidate_formats(const NumberRules& rules);

}  // namespace mlops::data
