// Variants whose alternatives have field lists, as bytes: the alternative's index, then its fields.
// Include after the `fields` functions of the alternatives.
#pragma once

#include <variant>

#include "model/bundle_bytes.hpp"

namespace mlops::model {

template <typename Variant>
void write_choice(ByteWriter& writer, const Variant& choice) {
  writer(static_cast<std::uint8_t>(choice.index()));
  std::visit([&](const auto& value) { fields(writer, value); }, choice);
}

template <typename Variant, std::size_t kIndex = 0>
Variant read_choice(ByteReader& reader, std::uint8_t index) {
  if constexpr (kIndex == std::variant_size_v<Variant>) {
    fail_corrupt("an unknown kind");
  } else {
    if (index != kIndex) return read_choice<Variant, kIndex + 1>(reader, index);
    std::variant_alternative_t<kIndex, Variant> value;
    fields(reader, value);
    return value;
  }
}

template <typename Variant>
Variant read_choice(ByteReader& reader) {
  std::uint8_t index = 0;
  reader(index);
  return read_choice<Variant>(reader, index);
}

}  // namespace mlops::model
