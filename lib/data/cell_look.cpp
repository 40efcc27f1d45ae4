#include "data/cell_look.hpp"

#include <array>

#include "data/datetime.hpp"
#include "data/missing.hpp"
#include "data/number_format.hpp"
#include "data/number_text.hpp"

namespace mlops::data {
namespace {

constexpr std::array<TruthPair, 6> kTruthPairs = {
    {{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}, {"off", "on"}, {"0", "1"}}};

bool is_number_in_any_format(std::string_view text) {
  static const std::vector<NumberFormat> formats = candidate_formats({});
  for (const NumberFormat format : formats) {
    if (parse_number(text, format)) return true;
  }
  return false;
}

}  // namespace

CellLook look_of(std::string_view text) {
  if (text.empty()) return CellLook::nothing;
  if (is_number_in_any_format(text) || is_infinity_word(text)) return CellLook::number;
  if (truth_pair_of(text).known()) return CellLook::truth_value;
  if (looks_like_datetime(text)) return CellLook::date;
  return CellLook::text;
}

TruthPair truth_pair_of(std::string_view text) noexcept {
  for (const TruthPair& pair : kTruthPairs) {
    if (equal_without_case(text, pair.no) || equal_without_case(text, pair.yes)) return pair;
  }
  return {};
}

}  // namespace mlops::data
