#include "data/number_format.hpp"

#include <algorithm>

namespace mlops::data {
namespace {

constexpr NumberFormat kPoint{'.', '\0'};
constexpr NumberFormat kComma{',', '\0'};
constexpr NumberFormat kCommaGroups{'.', ','};
constexpr NumberFormat kPointGroups{',', '.'};

using Cells = std::vector<std::string>;

struct Fit {
  std::size_t n_present = 0;
  std::size_t n_numbers = 0;

  [[nodiscard]] bool all() const { return n_numbers == n_present; }
  [[nodiscard]] bool numeric() const { return n_numbers * 10 >= n_present * 9; }
};

Fit fit_of(const Cells& cells, const MissingMarkers& missing, NumberFormat format) {
  Fit fit;
  for (const std::string& cell : cells) {
    const bool number = parse_number(cell, format).has_value();
    if (!number && (missing.contains(cell) || is_infinity_word(cell))) continue;
    ++fit.n_present;
    fit.n_numbers += number ? 1u : 0u;
  }
  return fit;
}

/// True when some cell has `mark` and every number that has it could have it for either reason.
bool only_groups_of_three(const Cells& cells, char mark, NumberFormat with_groups) {
  bool seen = false;
  for (const std::string& cell : cells) {
    if (cell.find(mark) == std::string::npos) continue;
    if (!parse_number(cell, with_groups)) return false;
    seen = true;
  }
  return seen;
}

bool has_number_with(const Cells& cells, char mark, NumberFormat format) {
  return std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
    return cell.find(mark) != std::string::npos && parse_number(cell, format).has_value();
  });
}

/// The first format with the most numbers.
ColumnGuess best_guess(const Cells& cells, const MissingMarkers& missing,
                       std::span<const NumberFormat> formats) {
  ColumnGuess guess{false, formats.front()};
  Fit best = fit_of(cells, missing, formats.front());
  for (const NumberFormat format : formats.subspan(1)) {
    if (best.all()) break;
    const Fit fit = fit_of(cells, missing, format);
    if (fit.n_numbers > best.n_numbers) {
      best = fit;
      guess.format = format;
    }
  }
  // Whole numbers with leading zeros are codes.
  guess.numeric = best.numeric() && std::none_of(cells.begin(), cells.end(), has_leading_zero);
  return guess;
}

/// A column whose commas are decimal for certain: some cell is no number in groups.
bool surely_decimal_comma(const ColumnGuess& guess, const Cells& cells) {
  if (!guess.numeric || guess.format.decimal != ',') return false;
  return has_number_with(cells, ',', guess.format) &&
         !only_groups_of_three(cells, ',', kCommaGroups);
}

}  // namespace

std::vector<NumberFormat> candidate_formats(const NumberRules& rules) {
  if (rules.decimal || rules.thousands) {
    const char decimal = rules.decimal.value_or(rules.thousands == ','   ? '.'
                                                : rules.thousands == '.' ? ','
                                                                         : '.');
    return {{decimal, rules.thousands.value_or('\0')}};
  }
  return {kPoint, kComma, kCommaGroups, kPointGroups, {'.', ' '}, {',', ' '}, {'.', '\''}};
}

std::vector<ColumnGuess> guess_columns(std::span<const Cells> columns,
                                       const MissingMarkers& missing, const NumberRules& rules,
                                       std::vector<std::size_t>& ambiguous) {
  const std::vector<NumberFormat> formats = candidate_formats(rules);
  std::vector<ColumnGuess> guesses;
  for (const Cells& cells : columns) guesses.push_back(best_guess(cells, missing, formats));
  if (rules.decimal || rules.thousands) return guesses;

  bool sure_comma = rules.seen_decimal_comma;
  bool sure_groups = rules.seen_comma_groups;
  for (std::size_t i = 0; i < guesses.size(); ++i) {
    sure_comma = sure_comma || surely_decimal_comma(guesses[i], columns[i]);
    sure_groups = sure_groups || (guesses[i].numeric && guesses[i].format == kCommaGroups);
  }
  for (std::size_t i = 0; i < guesses.size(); ++i) {
    ColumnGuess& guess = guesses[i];
    if (!guess.numeric) continue;
    if (guess.format == kComma && only_groups_of_three(columns[i], ',', kCommaGroups)) {
      const bool groups = sure_groups || (!sure_comma && rules.separator == ',');
      if (groups) guess.format = kCommaGroups;
      if (!sure_groups && !sure_comma) ambiguous.push_back(i);
    } else if (guess.format == kPoint && sure_comma &&
               only_groups_of_three(columns[i], '.', kPointGroups)) {
      guess.format = kPointGroups;
    }
  }
  return guesses;
}

}  // namespace mlops::data
