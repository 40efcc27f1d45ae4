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

std::vector<std::string> truth_spellings(const std::vector<std::string>& texts) {
  if (texts.size() != 2) return {};
  const TruthPair first = truth_pair_of(texts[0]);
  const TruthPair second = truth_pair_of(texts[1]);
  if (!first.known() || first.no != second.no) return {};
  const bool first_is_no = equal_without_case(texts[0], first.no);
  if (first_is_no == equal_without_case(texts[1], first.no)) return {};
  return first_is_no ? texts : std::vector<std::string>{texts[1], texts[0]};
}

}  // namespace mlops::data
