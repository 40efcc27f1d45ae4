#include "render/findings.hpp"

#include <fmt/format.h>

#include "render/cells.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kIndent = 4;

Lines terminal_lines(const data::Finding& finding, const Capabilities& capabilities) {
  std::string text = printable(finding.message);
  if (!finding.hint.empty()) text += "; " + printable(finding.hint);
  const std::string head = finding.column.empty()
                               ? finding.code
                               : fmt::format("{} '{}'", finding.code, printable(finding.column));
  Lines lines = {fmt::format("  {} {}",
                             styled(Role::warning, glyphs(capabilities).warning, capabilities),
                             styled(Role::warning, head, capabilities))};
  const std::size_t room = capabilities.columns > 2 * kIndent ? capabilities.columns - kIndent : 1;
  for (const std::string& line : wrapped(text, room)) {
    lines.push_back(std::string(kIndent, ' ') + line);
  }
  return lines;
}

}  // namespace

Lines finding_lines(const std::vector<data::Finding>& findings, const Capabilities& capabilities) {
  Lines lines;
  for (const data::Finding& finding : findings) {
    if (capabilities.terminal) {
      append(lines, terminal_lines(finding, capabilities));
    } else {
      lines.push_back(fmt::format("warning\t{}\t{}\t{}\t{}", finding.code,
                                  printable(finding.column), printable(finding.message),
                                  printable(finding.hint)));
    }
  }
  return lines;
}

}  // namespace mlops::render
