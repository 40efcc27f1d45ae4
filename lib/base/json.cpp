#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace mlops {
namespace {

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t last_break = before.rfind('\n');
  const std::size_t start = last_break == std::string_view::npos ? 0 : last_break + 1;
  return {lines + 1, before.size() - start + 1};
}

}  // namespace

Json parse_json(std::string_view text, std::string_view source) {
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    const Position at = position_of(text, error.byte == 0 ? 0 : error.byte - 1);
    throw Error(
        ErrorKind::invalid_data, "json.malformed",
        fmt::format("{} is not valid JSON at line {}, column {}", source, at.line, at.column));
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::invalid_data, "json.malformed",
                fmt::format("{} is not valid JSON", source));
  }
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string dump_json_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json json_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return value;
}

std::string shortest_decimal(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

JsonObject::JsonObject(const Json& value, std::string_view source, std::string path)
    : value_(&value), source_(source), path_(std::move(path)) {
  if (!value.is_object())
    throw Error(
        ErrorKind::invalid_data, "json.type",
        fmt::format("{}: expected an object{}{}", source_, path_.empty() ? "" : " at ", path_));
}

void JsonObject::fail(std::string_view key, std::string_view expected) const {
  throw Error(ErrorKind::invalid_data, "json.type",
              fmt::format("{}: {}{}{}: expected {}", source_, path_, path_.empty() ? "" : ".", key,
                          expected));
}

bool JsonObject::has(std::string_view key) const {
  return value_->contains(std::string(key));
}

const Json& JsonObject::member(std::string_view key) const {
  const auto found = value_->find(std::string(key));
  if (found == value_->end()) fail(key, "a value, found nothing");
  return *found;
}

std::string JsonObject::text(std::string_view key) const {
  const Json& value = member(key);
  if (!value.is_string()) fail(key, "a string");
  return value.get<std::string>();
}

double JsonObject::number(std::string_view key) const {
  const Json& value = member(key);
  if (value.is_null()) return std::nan("");
  if (!value.is_number()) fail(key, "a number");
  return value.get<double>();
}

std::int64_t JsonObject::integer(std::string_view key) const {
  const Json& value = member(key);
  if (!value.is_number_integer()) fail(key, "an integer");
  return value.get<std::int64_t>();
}

std::uint64_t JsonObject::unsigned_integer(std::string_view key) const {
  const Json& value = member(key);
  if (!value.is_number_unsigned() && !(value.is_number_integer() && value.get<std::int64_t>() >= 0))
    fail(key, "a non-negative integer");
  return value.get<std::uint64_t>();
}

bool JsonObject::boolean(std::string_view key) const {
  const Json& value = member(key);
  if (!value.is_boolean()) fail(key, "true or false");
  return value.get<bool>();
}

JsonObject JsonObject::object(std::string_view key) const {
  const Json& value = member(key);
  if (!value.is_object()) fail(key, "an object");
  return {value, source_, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key)};
}

const Json& JsonObject::array(std::string_view key) const {
  const Json& value = member(key);
  if (!value.is_array()) fail(key, "an array");
  return value;
}

std::vector<double> JsonObject::numbers(std::string_view key) const {
  std::vector<double> result;
  for (const Json& value : array(key)) {
    if (!value.is_number() && !value.is_null()) fail(key, "an array of numbers");
    result.push_back(value.is_null() ? std::nan("") : value.get<double>());
  }
  return result;
}

std::vector<std::string> JsonObject::texts(std::string_view key) const {
  std::vector<std::string> result;
  for (const Json& value : array(key)) {
    if (!value.is_string()) fail(key, "an array of strings");
    result.push_back(value.get<std::string>());
  }
  return result;
}

}  // namespace mlops
