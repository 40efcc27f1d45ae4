// The target column of a table by its schema: class indices or numbers.
#include <limits>

#include "data/conform.hpp"
#include "data/level_matcher.hpp"
#include "data/number_text.hpp"

namespace mlops::data {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<std::uint32_t> target_classes(const Table& table, const Schema& schema) {
  std::vector<std::uint32_t> result(table.n_rows, kMissingCode);
  const TableColumn* column = table.find(schema.target);
  if (column == nullptr) return result;
  const LevelMatcher classes(schema.classes);
  std::vector<std::uint32_t> of_text;
  for (const std::string& text : column->dictionary) {
    of_text.push_back(classes.find(text).value_or(kMissingCode));
  }
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    if (column->is_missing(row)) continue;
    result[row] = column->numeric ? classes.find(column->numbers[row]).value_or(kMissingCode)
                                  : of_text[column->codes[row]];
  }
  return result;
}

std::vector<double> target_values(const Table& table, const Schema& schema) {
  std::vector<double> result(table.n_rows, kMissing);
  const TableColumn* column = table.find(schema.target);
  if (column == nullptr) return result;
  if (column->numeric) return column->numbers;
  const ColumnSchema* described = schema.find(schema.target);
  NumberFormat format;
  if (described != nullptr) format = {described->decimal, described->thousands.value_or('\0')};
  std::vector<double> of_text;
  for (const std::string& text : column->dictionary) {
    of_text.push_back(parse_number(text, format).value_or(kMissing));
  }
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    if (!column->is_missing(row)) result[row] = of_text[column->codes[row]];
  }
  return result;
}

}  // namespace mlops::data
