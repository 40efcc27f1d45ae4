#include "render/facts.hpp"

#include <algorithm>

#include "render/cells.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 3;
constexpr std::size_t kNarrowestValue = 10;

}  // namespace

void Facts::add(std::string name, const std::string& value, Role role) {
  if (!value.empty()) facts_.push_back({std::move(name), printable(value), role});
}

Lines Facts::lines(const Capabilities& capabilities) const {
  Lines lines;
  std::size_t name_width = 0;
  for (const Fact& fact : facts_) name_width = std::max(name_width, cell_width(fact.name));
  const std::size_t column = kIndent + name_width + kGap;
  const std::size_t room = capabilities.columns > column + kNarrowestValue
                               ? capabilities.columns - column
                               : kNarrowestValue;
  for (const Fact& fact : facts_) {
    if (!capabilities.terminal) {
      lines.push_back(fact.name + "\t" + fact.value);
      continue;
    }
    std::string name = fact.name;
    for (const std::string& part : wrapped(fact.value, room)) {
      const std::string label = std::string(kIndent, ' ') + padded(name, name_width + kGap);
      lines.push_back(styled(Role::meta, label, capabilities) +
                      styled(fact.role, part, capabilities));
      name.clear();
    }
  }
  return lines;
}

}  // namespace mlops::render
