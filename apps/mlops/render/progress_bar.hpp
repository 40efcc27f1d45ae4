// One line that says how far a long work is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "render/capabilities.hpp"

namespace mlops::render {

/// What the line says; `share` from 0 to 1.
struct ProgressState {
  std::string subject;  ///< "xgboost depth=6"
  std::string remark;   ///< "best 0.921  eta 1 min 50 s"
  unsigned step = 0;    ///< 0: not said
  unsigned n_steps = 0;
  double share = 0;
};

/// "     Running xgboost depth=6  trial 23/60 ━━━━━╺──────  38 %  best 0.921", at most
/// columns - 1 cells, without a newline.
[[nodiscard]] std::string progress_line(const ProgressState& state,
                                        const Capabilities& capabilities);

/// "    Finished <text>": the verb right-aligned in 12 cells, as cargo prints it.
[[nodiscard]] std::string verb_line(std::string_view verb, std::string_view text,
                                    const Capabilities& capabilities);

/// The same, on a terminal with the text wrapped below itself.
[[nodiscard]] std::vector<std::string> verb_lines(std::string_view verb, std::string_view text,
                                                  const Capabilities& capabilities);

/// Takes the cursor to the line's start and empties the line.
inline constexpr const char* kEraseLine = "\r\x1b[K";

}  // namespace mlops::render
