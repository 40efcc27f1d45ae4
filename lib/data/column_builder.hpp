// One column while its cells arrive: numbers as long as they are numbers, otherwise a dictionary.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/missing.hpp"
#include "data/number_format.hpp"
#include "data/table.hpp"
#include "data/text_index.hpp"

namespace mlops::data {

/// A cell of a numeric column that is neither a number nor missing.
struct BadCell {
  std::uint64_t row = 0;
  std::uint64_t offset = 0;  ///< of its record, in bytes from the start of the text
  std::string text;
};

/// Collects cells in row order. Borrows the markers.
class ColumnBuilder {
 public:
  ColumnBuilder(ColumnGuess guess, const MissingMarkers& missing)
      : guess_(guess), missing_(&missing) {}

  void reserve(std::size_t n_rows);

  /// A cell as text: trimmed and unescaped. `offset` is that of its record.
  void add(std::string_view text, std::uint64_t offset);
  /// A cell that is a number. Requires: numeric().
  void add_number(double value, bool leading_zero) {
    if (leading_zero && !this->leading_zero()) first_leading_zero_ = numbers_.size();
    numbers_.push_back(value);
  }
  void add_missing();
  /// Forgets cells beyond `n_rows`. Requires: at most one is.
  void truncate(std::size_t n_rows);
  /// Appends what `next` collected. Requires: the same guess.
  void append(ColumnBuilder&& next);

  [[nodiscard]] bool numeric() const noexcept { return guess_.numeric; }
  [[nodiscard]] NumberFormat format() const noexcept { return guess_.format; }
  [[nodiscard]] std::size_t n_rows() const noexcept {
    return numeric() ? numbers_.size() : codes_.size();
  }
  [[nodiscard]] bool leading_zero() const noexcept { return first_leading_zero_ != kNowhere; }
  [[nodiscard]] std::uint64_t n_infinite() const noexcept { return n_infinite_; }
  /// The bad cells, all of them unless they are more than kKeptBadCells and more than a tenth of
  /// the rows (then the column is no numeric one anyway); and how many there are.
  [[nodiscard]] const std::vector<BadCell>& bad_cells() const noexcept { return bad_cells_; }
  [[nodiscard]] std::uint64_t n_bad_cells() const noexcept { return n_bad_cells_; }
  /// True when some text is not UTF-8.
  [[nodiscard]] bool invalid_utf8() const noexcept { return invalid_utf8_; }
  [[nodiscard]] std::uint64_t count_present() const;
  [[nodiscard]] const std::vector<std::string>& dictionary() const noexcept {
    return texts_.texts();
  }
  [[nodiscard]] const std::vector<std::uint32_t>& codes() const noexcept { return codes_; }

  [[nodiscard]] TableColumn take(std::string name) &&;

  static constexpr std::size_t kKeptBadCells = 10000;

 private:
  static constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

  void add_to_numbers(std::string_view text, std::uint64_t offset);
  void add_to_texts(std::string_view text);
  void add_infinity();

  ColumnGuess guess_;
  const MissingMarkers* missing_;
  std::vector<double> numbers_;
  std::vector<std::uint32_t> codes_;
  TextIndex texts_;
  std::vector<BadCell> bad_cells_;
  std::uint64_t n_bad_cells_ = 0;
  std::uint64_t n_infinite_ = 0;
  std::uint64_t last_infinite_row_ = 0;
  std::uint64_t first_leading_zero_ = kNowhere;  ///< its row
  bool invalid_utf8_ = false;
};

}  // namespace mlops::data
