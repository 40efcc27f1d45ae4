// The documents of `replay` and `backtest`: what would be, or would have been. As in documents.hpp,
// members are only ever added within a schema version.
#pragma once

#include "base/json.hpp"
#include "workflow/backtest.hpp"
#include "workflow/replay.hpp"

namespace mlops::app {

[[nodiscard]] Json backtest_document(const workflow::BacktestReport& report);
[[nodiscard]] Json replay_document(const workflow::ReplayReport& report);

}  // namespace mlops::app
