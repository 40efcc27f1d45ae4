#include "base/error.hpp"

#include <array>
#include <utility>

namespace mlops {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 9> kNames{{
    {ErrorKind::invalid_argument, "invalid_argument"},
    {ErrorKind::invalid_data, "invalid_data"},
    {ErrorKind::not_found, "not_found"},
    {ErrorKind::conflict, "conflict"},
    {ErrorKind::corrupt, "corrupt"},
    {ErrorKind::unavailable, "unavailable"},
    {ErrorKind::io, "io"},
    {ErrorKind::interrupted, "interrupted"},
    {ErrorKind::internal, "internal"},
}};

}  // namespace

std::string_view to_string(ErrorKind kind) noexcept {
  for (const auto& [value, name] : kNames) {
    if (value == kind) return name;
  }
  return "internal";
}

std::optional<ErrorKind> parse_error_kind(std::string_view text) noexcept {
  for (const auto& [value, name] : kNames) {
    if (name == text) return value;
  }
  return std::nullopt;
}

Error::Error(ErrorKind kind, std::string code, const std::string& message, std::string hint)
    : std::runtime_error(message), kind_(kind), code_(std::move(code)), hint_(std::move(hint)) {}

Error Error::with_context(std::string_view prefix) const {
  return {kind_, code_, std::string(prefix) + ": " + what(), hint_};
}

}  // namespace mlops
