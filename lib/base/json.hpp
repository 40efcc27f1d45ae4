// JSON through nlohmann, with the library's exceptions translated: a malformed document or a wrong
// member is Error{invalid_data} that names the source and the path. Members keep their order.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

// Compiled once, in json.cpp; otherwise every file that handles JSON compiles the class again.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace mlops {

using Json = nlohmann::ordered_json;

/// Parses one document. `source` names it in errors ("versions/3/manifest.yaml").
/// Throws invalid_data with line and column.
[[nodiscard]] Json parse_json(std::string_view text, std::string_view source);

/// One line, no trailing newline. Invalid UTF-8 is replaced by U+FFFD, never thrown or emitted.
[[nodiscard]] std::string dump_json(const Json& value);

/// Indented by two, with a trailing newline; for files that people read.
[[nodiscard]] std::string dump_json_pretty(const Json& value);

/// A number for JSON output: null for NaN and the infinities, which JSON cannot say.
[[nodiscard]] Json json_number(double value);

/// The shortest decimal that reads back as `value`: 0.1, 1e+21, nan.
[[nodiscard]] std::string shortest_decimal(double value);

/// Typed access to an object's members with errors that name the path.
///
/// The view borrows the JSON value and the source name.
class JsonObject {
 public:
  /// Throws invalid_data when `value` is not an object.
  JsonObject(const Json& value, std::string_view source, std::string path = {});

  [[nodiscard]] bool has(std::string_view key) const;
  /// Each throws invalid_data when the member is absent or of another type.
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] double number(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] std::uint64_t unsigned_integer(std::string_view key) const;
  [[nodiscard]] bool boolean(std::string_view key) const;
  [[nodiscard]] JsonObject object(std::string_view key) const;
  [[nodiscard]] const Json& array(std::string_view key) const;
  [[nodiscard]] const Json& member(std::string_view key) const;
  [[nodiscard]] std::vector<double> numbers(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;

 private:
  [[noreturn]] void fail(std::string_view key, std::string_view expected) const;

  const Json* value_;
  std::string_view source_;
  std::string path_;
};

}  // namespace mlops
