#include "render/train_report.hpp"

#include <fmt/format.h>

#include <limits>

#include "render/facts.hpp"
#include "render/findings.hpp"
#include "render/leaderboard.hpp"
#include "render/numbers.hpp"
#include "render/score_facts.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kShownTrials = 8;

std::string deployed_text(const workflow::TrainReport& report) {
  if (!report.deployed) return "no: " + report.not_deployed_because;
  std::string text = fmt::format("{}@{} is now champion", report.model, report.version);
  if (report.champion_before) {
    text +=
        fmt::format(" (was @{}; undo: mlops rollback {})", *report.champion_before, report.model);
  }
  return text;
}

Facts summary(const workflow::TrainReport& report, const Capabilities& capabilities) {
  const data::Schema& schema = report.result.model.schema();
  Facts facts;
  facts.add("task", fmt::format("{} of {}, {} rows, {} features", data::to_string(schema.task),
                                schema.target, count_text(report.n_rows, capabilities),
                                schema.feature_columns().size()));
  facts.add("held out", metric_sentence(report.result.metric, capabilities), Role::heading);
  facts.add("dummy", dummy_text(report.result.metric, report.result.dummy, capabilities));
  facts.add("also",
            other_metrics_text(report.result.metrics, report.result.metric.metric, capabilities));
  facts.add("why", importance_text(report.result.importance, capabilities));
  facts.add("trials",
            fmt::format("{} in {}", report.result.n_trials, duration_text(report.seconds)));
  facts.add("saved", fmt::format("{}@{}   sha256 {}", report.model, report.version,
                                 capabilities.terminal ? report.artifact_sha256.substr(0, 12)
                                                       : report.artifact_sha256));
  facts.add("deployed", deployed_text(report), report.deployed ? Role::good : Role::warning);
  return facts;
}

}  // namespace

std::string train_report(const workflow::TrainReport& report, const Capabilities& capabilities) {
  const std::size_t n_shown =
      capabilities.terminal ? kShownTrials : std::numeric_limits<std::size_t>::max();
  const auto& entries = report.result.leaderboard;
  const auto metric = data::to_string(report.result.metric.metric);
  std::string text = to_text(leaderboard(entries, metric, n_shown, capabilities), capabilities);
  if (entries.size() > n_shown) {
    const std::string rest =
        fmt::format("{} {} trials in all: mlops show {}@{}", glyphs(capabilities).ellipsis,
                    entries.size(), report.model, report.version);
    text += join_lines({styled(Role::meta, rest, capabilities)}, capabilities);
  }
  const Lines findings = finding_lines(report.warnings, capabilities);
  if (!findings.empty() && !capabilities.terminal)
    text += "\n" + join_lines(findings, capabilities);
  return text + "\n" + join_lines(summary(report, capabilities).lines(capabilities), capabilities);
}

}  // namespace mlops::render
