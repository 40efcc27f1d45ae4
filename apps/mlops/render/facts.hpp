// Names and values, one pair a line: aligned for people, tab-separated for programs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "render/capabilities.hpp"
#include "render/lines.hpp"

namespace mlops::render {

class Facts {
 public:
  /// Values are made printable; an empty one is left out.
  void add(std::string name, const std::string& value, Role role = Role::plain);

  /// On a terminal "  name   value", values wrapped below one another; elsewhere "name<tab>value".
  [[nodiscard]] Lines lines(const Capabilities& capabilities) const;

  [[nodiscard]] bool empty() const noexcept { return facts_.empty(); }

 private:
  struct Fact {
    std::string name;
    std::string value;
    Role role;
  };
  std::vector<Fact> facts_;
};

}  // namespace mlops::render
