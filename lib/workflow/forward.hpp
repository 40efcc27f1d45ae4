// The last word of the comparison: what a way of learning makes of rows that came after everything
// it has learnt from. Rows drawn at random have neighbours in time on both sides that the
// challenger knows, and where neighbours are alike (weather, smog, sensors) it answers them better
// than it will ever answer tomorrow's.
#pragma once

#include <cstddef>

#include "data/metrics.hpp"
#include "data/predictions.hpp"
#include "workflow/gate.hpp"

namespace mlops::workflow {

/// The first of the newest rows of a table, to which a challenger answers that has learnt from the
/// rows before only: a third of the new rows, at most 700 and at least a tenth of them. Chosen by
/// us: months ahead every model looks old. Requires: n_old < n_rows.
[[nodiscard]] std::size_t first_row_to_come(std::size_t n_old, std::size_t n_rows) noexcept;

/// Both models' answers to rows that neither has learnt from and that came later.
struct ForwardInput {
  data::Task task = data::Task::binary;
  const data::Truth& truth;
  const data::Predictions& champion;
  const data::Predictions& challenger;
  double margin = 0;  ///< tolerated loss, relative to the champion's
};

/// Adds the criterion: the challenger is not worse on them than the margin allows. A promotion that
/// fails it becomes "keep". Other verdicts stay.
[[nodiscard]] GateReport judge_forward(GateReport report, const ForwardInput& input);

}  // namespace mlops::workflow
