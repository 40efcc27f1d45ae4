#include "workflow/forward.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "workflow/paired.hpp"

namespace mlops::workflow {
namespace {

GateCriterion forward_criterion(const ForwardInput& input) {
  const data::Metric metric = data::default_metric(input.task);
  const Paired test =
      paired(loss_differences(metric, input.champion, input.challenger, input.truth));
  const std::vector<double> losses = data::row_losses(metric, input.champion, input.truth);
  const double champion =
      std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
  return not_worse("what came next", test, champion, input.margin);
}

}  // namespace

std::size_t first_row_to_come(std::size_t n_old, std::size_t n_rows) noexcept {
  constexpr std::size_t kEnoughRows = 700;
  const std::size_t n_new = n_rows - n_old;
  const std::size_t n = std::max(std::min(n_new / 3, kEnoughRows), n_new / 10);
  return n_rows - std::max<std::size_t>(n, 1);
}

GateReport judge_forward(GateReport report, const ForwardInput& input) {
  if (report.verdict == Verdict::need_more_data || input.champion.n_rows == 0) return report;
  const GateCriterion& criterion = report.criteria.emplace_back(forward_criterion(input));
  if (report.verdict == Verdict::promote && !criterion.passed) {
    report.verdict = Verdict::keep;
    report.reason =
        fmt::format("{}: {}, needed {}", criterion.name, criterion.result, criterion.needed);
  }
  return report;
}

}  // namespace mlops::workflow
