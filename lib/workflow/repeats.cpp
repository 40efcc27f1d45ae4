#include "workflow/repeats.hpp"

#include <unordered_set>

#include "base/hash.hpp"

namespace mlops::workflow {

std::vector<std::string> row_keys(const data::Table& table, const data::Schema& schema) {
  std::vector<const data::TableColumn*> columns;
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role == data::ColumnRole::ignored) continue;
    columns.push_back(table.find(column.name));
  }
  std::vector<std::string> keys(table.n_rows);
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    std::string text;
    for (const data::TableColumn* column : columns) {
      text += column == nullptr ? std::string() : column->text(row);
      text += '\x1f';
    }
    keys[row] = sha256_hex(text);
  }
  return keys;
}

data::Table without_repeats(const data::Table& fresh, const data::Table& old,
                            const data::Schema& schema) {
  const auto old_keys = row_keys(old, schema);
  std::unordered_set<std::string> seen(old_keys.begin(), old_keys.end());
  const auto keys = row_keys(fresh, schema);
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < keys.size(); ++row) {
    if (seen.insert(keys[row]).second) kept.push_back(row);
  }
  return fresh.select_rows(kept);
}

double repeated_share(const data::Table& table, const data::Schema& schema) {
  if (table.n_rows == 0) return 0;
  const auto keys = row_keys(table, schema);
  const std::unordered_set<std::string> distinct(keys.begin(), keys.end());
  return 1 - static_cast<double>(distinct.size()) / static_cast<double>(table.n_rows);
}

}  // namespace mlops::workflow
