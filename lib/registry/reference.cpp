// Names and references of models, as text: declared in registry.hpp.
#include <fmt/format.h>

#include <array>

#include "base/suggest.hpp"
#include "registry/layout.hpp"
#include "registry/registry.hpp"

namespace mlops::registry {
namespace {

constexpr std::size_t kMaxNameLength = 64;

bool is_lower_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// The last component of a path, without the extensions of the formats the program reads.
std::string_view stem_of(std::string_view text) {
  if (const auto slash = text.find_last_of("/\\"); slash != std::string_view::npos)
    text.remove_prefix(slash + 1);
  for (const std::string_view extension : {".gz", ".csv", ".tsv", ".jsonl"}) {
    if (text.size() > extension.size() && text.ends_with(extension))
      text.remove_suffix(extension.size());
  }
  return text;
}

}  // namespace

bool is_valid_model_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kMaxNameLength || !is_lower_or_digit(name.front()))
    return false;
  for (const char c : name) {
    if (!is_lower_or_digit(c) && c != '-' && c != '_') return false;
  }
  return true;
}

std::string clean_model_name(std::string_view text) {
  std::string name;
  for (char c : stem_of(text)) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool kept = is_lower_or_digit(c) || (c == '_' && !name.empty());
    if (kept) {
      name.push_back(c);
    } else if (!name.empty() && name.back() != '-') {
      name.push_back('-');
    }
  }
  if (name.size() > kMaxNameLength) name.resize(kMaxNameLength);
  while (!name.empty() && !is_lower_or_digit(name.back())) name.pop_back();
  return name.empty() ? "model" : name;
}

ModelReference parse_model_reference(std::string_view text) {
  static const std::array<std::string, 4> kSelectors{"champion", "challenger", "previous",
                                                     "latest"};
  const auto fail = [&](std::string_view why, std::string hint) {
    throw Error(ErrorKind::invalid_argument, "model.bad_reference",
                fmt::format("'{}' is not a model reference: {}", text, why), std::move(hint));
  };
  const std::size_t at = text.find('@');
  const std::string_view name = text.substr(0, at);
  if (!is_valid_model_name(name))
    fail("names are 1 to 64 of a-z, 0-9, - and _, and start with a letter or digit",
         name.empty() ? "" : fmt::format("did you mean '{}'?", clean_model_name(name)));
  if (at == std::string_view::npos) return {std::string(name), {}};
  const std::string_view selector = text.substr(at + 1);
  bool known = layout::parse_version(selector).has_value();
  for (const std::string& candidate : kSelectors) known = known || candidate == selector;
  if (!known)
    fail(fmt::format("'{}' is neither a version number nor champion, challenger, previous, latest",
                     selector),
         did_you_mean(selector, kSelectors));
  return {std::string(name), std::string(selector)};
}

}  // namespace mlops::registry
