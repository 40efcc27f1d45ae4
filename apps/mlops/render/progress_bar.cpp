#include "render/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "render/cells.hpp"
#include "render/lines.hpp"
#include "render/style.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kVerbWidth = 12;
constexpr std::size_t kBarWidth = 24;
constexpr std::size_t kNarrow = 80;  // columns below which the bar is left out

std::string repeated(std::string_view text, std::size_t n) {
  std::string result;
  for (std::size_t i = 0; i < n; ++i) result += text;
  return result;
}

std::string bar_text(double share, const Capabilities& capabilities) {
  const auto filled = static_cast<std::size_t>(std::lround(share * static_cast<double>(kBarWidth)));
  const bool unicode = capabilities.unicode;
  return styled(Role::good, repeated(unicode ? "━" : "=", filled), capabilities) +
         styled(Role::meta, repeated(unicode ? "─" : ".", kBarWidth - filled), capabilities);
}

Role role_of_verb(std::string_view verb) {
  if (verb == "Warning") return Role::warning;
  if (verb == "Failed") return Role::critical;
  return verb == "Running" ? Role::identifier : Role::good;
}

}  // namespace

std::string verb_line(std::string_view verb, std::string_view text,
                      const Capabilities& capabilities) {
  return styled(role_of_verb(verb), padded(verb, kVerbWidth, Align::right), capabilities) + " " +
         printable(text);
}

std::vector<std::string> verb_lines(std::string_view verb, std::string_view text,
                                    const Capabilities& capabilities) {
  const std::size_t indent = kVerbWidth + 1;
  if (!capabilities.terminal || capabilities.columns <= 2 * indent)
    return {verb_line(verb, text, capabilities)};
  std::vector<std::string> lines;
  for (const std::string& part : wrapped(printable(text), capabilities.columns - indent)) {
    lines.push_back(lines.empty() ? verb_line(verb, part, capabilities)
                                  : std::string(indent, ' ') + part);
  }
  return lines;
}

std::string progress_line(const ProgressState& state, const Capabilities& capabilities) {
  const double share = std::isfinite(state.share) ? std::clamp(state.share, 0.0, 1.0) : 0.0;
  std::string line = verb_line("Running", state.subject, capabilities);
  if (state.n_steps > 0) line += fmt::format("  {}/{}", state.step, state.n_steps);
  if (capabilities.columns >= kNarrow) line += "  " + bar_text(share, capabilities);
  line += fmt::format("  {:.0f} %", share * 100);
  if (!state.remark.empty()) line += "  " + state.remark;
  return clipped(line, capabilities.columns > 0 ? capabilities.columns - 1 : 0);
}

}  // namespace mlops::render
