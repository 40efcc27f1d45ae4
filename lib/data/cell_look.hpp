// What a single cell looks like, without knowing its column.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::data {

enum class CellLook { nothing, number, date, truth_value, text };
inline constexpr std::size_t kCellLooks = 5;

/// The look of a trimmed cell; a number in any of the usual formats, a date in any that
/// data/datetime.hpp knows.
[[nodiscard]] CellLook look_of(std::string_view text);

/// The two spellings of one pair ("no", "yes"), lower case, the false one first; nothing (both
/// empty) when `text` is not a truth value. "0" and "1" are a pair too.
struct TruthPair {
  std::string_view no;
  std::string_view yes;

  [[nodiscard]] bool known() const noexcept { return !no.empty(); }
};
[[nodiscard]] TruthPair truth_pair_of(std::string_view text) noexcept;

/// Two spellings of one pair, the false one first; empty when the texts are none.
[[nodiscard]] std::vector<std::string> truth_spellings(const std::vector<std::string>& texts);

}  // namespace mlops::data
