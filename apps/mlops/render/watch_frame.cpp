#include "render/watch_frame.hpp"

#include "render/cells.hpp"
#include "render/style.hpp"

namespace mlops::render {

std::string watch_footer(const std::vector<std::string>& parts, const std::string& right,
                         const Capabilities& capabilities) {
  constexpr std::size_t kGap = 3;
  const std::size_t width = capabilities.columns;
  const std::size_t kept =
      right.empty() || 2 * cell_width(right) > width ? 0 : cell_width(right) + kGap;
  std::string left;
  for (const std::string& part : parts) {
    const std::string longer = left.empty() ? part : left + std::string(kGap, ' ') + part;
    if (cell_width(longer) + kept > width) break;
    left = longer;
  }
  if (kept > 0) left += std::string(width - cell_width(left) - cell_width(right), ' ') + right;
  return styled(Role::meta, left, capabilities);
}

Lines watch_keys(const Capabilities& capabilities) {
  const bool arrows = capabilities.unicode;
  return {
      "keys",
      "",
      arrows ? "↑ ↓  k j    mark another model; scroll" : "k j         mark another model; scroll",
      "PgUp PgDn   a page",
      "g G         the first line, the last line; also Home End",
      arrows ? "← →  h l    less and more time: 1 h, 6 h, 24 h, 7 d, 30 d"
             : "h l         less and more time: 1 h, 6 h, 24 h, 7 d, 30 d",
      "Enter       open the marked model",
      "n  Tab      the next model",
      "d           every column and event, or the first ones",
      "v           the model's versions side by side",
      "a           acknowledge its oldest firing alert (asks first)",
      "Esc  b      back",
      "space       look again now",
      "?           this page",
      "q           quit; the terminal is as it was",
  };
}

}  // namespace mlops::render
