#include "data/column_builder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "data/encoding.hpp"

namespace mlops::data {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void ColumnBuilder::reserve(std::size_t n_rows) {
  if (numeric()) {
    numbers_.reserve(n_rows);
  } else {
    codes_.reserve(n_rows);
  }
}

void ColumnBuilder::add(std::string_view text, std::uint64_t offset) {
  if (numeric()) {
    add_to_numbers(text, offset);
  } else {
    add_to_texts(text);
  }
}

void ColumnBuilder::add_missing() {
  if (numeric()) {
    numbers_.push_back(kMissing);
  } else {
    codes_.push_back(kMissingCode);
  }
}

void ColumnBuilder::add_to_numbers(std::string_view text, std::uint64_t offset) {
  if (const auto value = parse_number(text, guess_.format)) {
    if (!std::isfinite(*value)) return add_infinity();
    return add_number(*value, has_leading_zero(text));
  }
  if (is_infinity_word(text)) return add_infinity();
  if (!missing_->contains(text)) {
    if (n_bad_cells_ < kKeptBadCells || n_bad_cells_ * 10 <= numbers_.size()) {
      bad_cells_.push_back({numbers_.size(), offset, std::string(text)});
      invalid_utf8_ = invalid_utf8_ || first_invalid_utf8(text).has_value();
    }
    ++n_bad_cells_;
  }
  numbers_.push_back(kMissing);
}

void ColumnBuilder::add_infinity() {
  ++n_infinite_;
  last_infinite_row_ = numbers_.size();
  numbers_.push_back(kMissing);
}

void ColumnBuilder::add_to_texts(std::string_view text) {
  if (text.empty()) {
    codes_.push_back(kMissingCode);
    return;
  }
  std::uint32_t code = texts_.find(text);
  if (code == TextIndex::kAbsent && !missing_->contains(text)) {
    invalid_utf8_ = invalid_utf8_ || first_invalid_utf8(text).has_value();
    code = texts_.intern(text);
  }
  static_assert(TextIndex::kAbsent == kMissingCode);
  codes_.push_back(code);
}

void ColumnBuilder::truncate(std::size_t n_rows) {
  if (n_rows >= this->n_rows()) return;
  if (!numeric()) {
    codes_.resize(n_rows);
    return;
  }
  numbers_.resize(n_rows);
  if (leading_zero() && first_leading_zero_ >= n_rows) first_leading_zero_ = kNowhere;
  if (n_infinite_ > 0 && last_infinite_row_ >= n_rows) --n_infinite_;
  while (!bad_cells_.empty() && bad_cells_.back().row >= n_rows) {
    bad_cells_.pop_back();
    --n_bad_cells_;
  }
}

void ColumnBuilder::append(ColumnBuilder&& next) {
  const std::size_t n_before = n_rows();
  numbers_.insert(numbers_.end(), next.numbers_.begin(), next.numbers_.end());
  next.numbers_ = std::vector<double>();  // gives the memory back, unlike {}
  std::vector<std::uint32_t> renumbered;
  renumbered.reserve(next.texts_.size());
  for (const std::string& text : next.texts_.texts()) renumbered.push_back(texts_.intern(text));
  for (const std::uint32_t code : next.codes_) {
    codes_.push_back(code == kMissingCode ? kMissingCode : renumbered[code]);
  }
  next.codes_ = std::vector<std::uint32_t>();
  for (BadCell& cell : next.bad_cells_) {
    cell.row += n_before;
    bad_cells_.push_back(std::move(cell));
  }
  n_bad_cells_ += next.n_bad_cells_;
  n_infinite_ += next.n_infinite_;
  if (!leading_zero() && next.leading_zero())
    first_leading_zero_ = n_before + next.first_leading_zero_;
  invalid_utf8_ = invalid_utf8_ || next.invalid_utf8_;
}

std::uint64_t ColumnBuilder::count_present() const {
  const auto present = numeric() ? std::count_if(numbers_.begin(), numbers_.end(),
                                                 [](double value) { return value == value; })
                                 : std::count_if(codes_.begin(), codes_.end(),
                                                 [](std::uint32_t c) { return c != kMissingCode; });
  return static_cast<std::uint64_t>(present);
}

TableColumn ColumnBuilder::take(std::string name) && {
  TableColumn column;
  column.name = std::move(name);
  column.numeric = numeric();
  column.numbers = std::move(numbers_);
  column.codes = std::move(codes_);
  column.dictionary = std::move(texts_).take_texts();
  column.decimal = guess_.format.decimal;
  if (guess_.format.thousands != '\0') column.thousands = guess_.format.thousands;
  return column;
}

}  // namespace mlops::data
