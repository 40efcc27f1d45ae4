// What `backtest` shows: the first model against the live one by period, what happened in each,
// and the timeline.
#pragma once

#include <string>

#include "render/capabilities.hpp"
#include "workflow/backtest.hpp"

namespace mlops::render {

[[nodiscard]] std::string backtest_report(const workflow::BacktestReport& report,
                                          const Capabilities& capabilities);

}  // namespace mlops::render
