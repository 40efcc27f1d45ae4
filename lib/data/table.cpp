#include "data/table.hpp"

#include <cassert>
#include <limits>

#include "data/number_text.hpp"
#include "data/text_index.hpp"

namespace mlops::data {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

TableColumn select_cells(const TableColumn& column, const std::vector<std::size_t>& rows) {
  TableColumn result;
  result.name = column.name;
  result.numeric = column.numeric;
  result.decimal = column.decimal;
  result.thousands = column.thousands;
  result.dictionary = column.dictionary;
  if (column.numeric) {
    result.numbers.reserve(rows.size());
    for (const std::size_t row : rows) result.numbers.push_back(column.numbers[row]);
  } else {
    result.codes.reserve(rows.size());
    for (const std::size_t row : rows) result.codes.push_back(column.codes[row]);
  }
  return result;
}

/// Numbers to dictionary-coded text, each as its shortest decimal.
void turn_into_text(TableColumn& column) {
  TextIndex index;
  column.codes.reserve(column.numbers.size());
  for (std::size_t row = 0; row < column.numbers.size(); ++row) {
    column.codes.push_back(
        column.is_missing(row) ? kMissingCode : index.intern(number_as_text(column.numbers[row])));
  }
  column.dictionary = std::move(index).take_texts();
  column.numbers = std::vector<double>();
  column.numeric = false;
}

void append_texts(TableColumn& column, const TableColumn& other) {
  TextIndex index(std::move(column.dictionary));
  std::vector<std::uint32_t> codes(other.dictionary.size(), kMissingCode);
  for (std::size_t row = 0; row < other.n_rows(); ++row) {
    if (other.is_missing(row)) {
      column.codes.push_back(kMissingCode);
    } else if (other.numeric) {
      column.codes.push_back(index.intern(number_as_text(other.numbers[row])));
    } else {
      std::uint32_t& code = codes[other.codes[row]];
      if (code == kMissingCode) code = index.intern(other.dictionary[other.codes[row]]);
      column.codes.push_back(code);
    }
  }
  column.dictionary = std::move(index).take_texts();
}

void append_missing(TableColumn& column, std::size_t n_rows) {
  if (column.numeric) {
    column.numbers.resize(column.numbers.size() + n_rows, kMissing);
  } else {
    column.codes.resize(column.codes.size() + n_rows, kMissingCode);
  }
}

void append_cells(TableColumn& column, const TableColumn& other) {
  if (column.numeric && other.numeric) {
    column.numbers.insert(column.numbers.end(), other.numbers.begin(), other.numbers.end());
    return;
  }
  if (column.numeric) turn_into_text(column);
  append_texts(column, other);
}

}  // namespace

std::string TableColumn::text(std::size_t row) const {
  if (is_missing(row)) return {};
  return numeric ? number_as_text(numbers[row]) : dictionary[codes[row]];
}

const TableColumn* Table::find(std::string_view name) const noexcept {
  for (const TableColumn& column : columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> result;
  result.reserve(columns.size());
  for (const TableColumn& column : columns) result.push_back(column.name);
  return result;
}

Table Table::select_rows(const std::vector<std::size_t>& rows) const {
  Table result;
  result.n_rows = rows.size();
  result.columns.reserve(columns.size());
  for (const TableColumn& column : columns) result.columns.push_back(select_cells(column, rows));
  return result;
}

void Table::append(const Table& other) {
  for (TableColumn& column : columns) {
    const TableColumn* source = other.find(column.name);
    if (source == nullptr) {
      append_missing(column, other.n_rows);
    } else {
      append_cells(column, *source);
    }
  }
  n_rows += other.n_rows;
}

}  // namespace mlops::data
