#include "learn/xgboost/ubjson.hpp"

#include <fmt/format.h>

#include <bit>

#include "base/error.hpp"

namespace mlops::learn::xgboost {

namespace {

template <typename Unsigned>
Unsigned big_endian(std::string_view bytes) {
  Unsigned value = 0;
  for (const char byte : bytes) {
    value = static_cast<Unsigned>((value << 8) | static_cast<unsigned char>(byte));
  }
  return value;
}

}  // namespace

void UbjsonReader::fail(std::string_view expected) const {
  throw Error(ErrorKind::internal, "learn.ubjson",
              fmt::format("XGBoost's model has no {} at byte {}", expected, position_));
}

char UbjsonReader::peek() const {
  if (position_ >= bytes_.size()) fail("further value");
  return bytes_[position_];
}

char UbjsonReader::take() {
  const char byte = peek();
  ++position_;
  return byte;
}

std::string_view UbjsonReader::take_bytes(std::size_t count) {
  if (count > bytes_.size() - position_) fail("such length");
  const auto result = bytes_.substr(position_, count);
  position_ += count;
  return result;
}

std::int64_t UbjsonReader::integer_of(char type) {
  switch (type) {
    case 'i':
      return static_cast<std::int8_t>(big_endian<std::uint8_t>(take_bytes(1)));
    case 'U':
      return big_endian<std::uint8_t>(take_bytes(1));
    case 'I':
      return static_cast<std::int16_t>(big_endian<std::uint16_t>(take_bytes(2)));
    case 'l':
      return static_cast<std::int32_t>(big_endian<std::uint32_t>(take_bytes(4)));
    case 'L':
      return static_cast<std::int64_t>(big_endian<std::uint64_t>(take_bytes(8)));
    default:
      fail("integer");
  }
}

float UbjsonReader::float_of(char type) {
  if (type == 'd') return std::bit_cast<float>(big_endian<std::uint32_t>(take_bytes(4)));
  if (type == 'D') {
    return static_cast<float>(std::bit_cast<double>(big_endian<std::uint64_t>(take_bytes(8))));
  }
  return static_cast<float>(integer_of(type));
}

std::size_t UbjsonReader::length() {
  const auto value = integer_of(take());
  if (value < 0 || static_cast<std::uint64_t>(value) > bytes_.size()) fail("sensible length");
  return static_cast<std::size_t>(value);
}

UbjsonReader::ArrayHead UbjsonReader::array_head() {
  if (take() != '[') fail("array");
  ArrayHead head;
  if (peek() == '$') {
    ++position_;
    head.type = take();
  }
  if (take() != '#') fail("counted array");
  head.size = length();
  return head;
}

void UbjsonReader::enter_object() {
  if (take() != '{') fail("object");
}

std::string_view UbjsonReader::next_key() {
  if (peek() == '}') {
    ++position_;
    return {};
  }
  return take_bytes(length());
}

std::size_t UbjsonReader::enter_array() {
  const auto head = array_head();
  if (head.type != 0) fail("array of values");
  return head.size;
}

std::string_view UbjsonReader::text() {
  if (take() != 'S') fail("text");
  return take_bytes(length());
}

std::vector<float> UbjsonReader::floats() {
  const auto head = array_head();
  std::vector<float> values(head.size);
  for (auto& value : values) value = float_of(head.type != 0 ? head.type : take());
  return values;
}

std::vector<std::int64_t> UbjsonReader::integers() {
  const auto head = array_head();
  std::vector<std::int64_t> values(head.size);
  for (auto& value : values) value = integer_of(head.type != 0 ? head.type : take());
  return values;
}

void UbjsonReader::skip() {
  const char type = peek();
  if (type == '{') {
    enter_object();
    while (!next_key().empty()) skip();
  } else if (type == '[') {
    const auto head = array_head();
    for (std::size_t i = 0; i < head.size; ++i) {
      head.type == 0 ? skip() : skip_value_of(head.type);
    }
  } else {
    ++position_;
    skip_value_of(type);
  }
}

void UbjsonReader::skip_value_of(char type) {
  switch (type) {
    case 'Z':
    case 'T':
    case 'F':
      return;
    case 'S':
      (void)take_bytes(length());
      return;
    case 'C':
      (void)take_bytes(1);
      return;
    default:
      (void)float_of(type);
      return;
  }
}

}  // namespace mlops::learn::xgboost
