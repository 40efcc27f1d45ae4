#include "observe/prediction_id.hpp"

#include <array>
#include <cassert>

namespace mlops::observe {
namespace {

/// Crockford's base 32 (https://www.crockford.com/base32.html): ascending in ASCII.
constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 13 digits of 5 bits hold 65 bits; an id has 63, so the first digit is at most '7'.
constexpr std::size_t kLength = 13;

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t digit = 0; digit < kDigits.size(); ++digit)
    values[static_cast<unsigned char>(kDigits[digit])] = static_cast<std::int8_t>(digit);
  return values;
}

constexpr std::array<std::int8_t, 256> kValues = make_values();

}  // namespace

std::string format_prediction_id(std::int64_t id) {
  assert(id >= 0);
  std::string text(kLength, '0');
  auto rest = static_cast<std::uint64_t>(id);
  for (std::size_t position = kLength; position-- > 0; rest >>= 5)
    text[position] = kDigits[rest & 31];
  return text;
}

std::optional<std::int64_t> parse_prediction_id(std::string_view text) noexcept {
  if (text.size() != kLength || text[0] > '7') return std::nullopt;
  std::uint64_t id = 0;
  for (const char digit : text) {
    const std::int8_t value = kValues[static_cast<unsigned char>(digit)];
    if (value < 0) return std::nullopt;
    id = (id << 5) | static_cast<std::uint64_t>(value);
  }
  return static_cast<std::int64_t>(id);
}

}  // namespace mlops::observe
