#include "render/retrain_report.hpp"

#include <fmt/format.h>

#include "render/facts.hpp"
#include "render/numbers.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

std::string verdict_text(bool good, std::string_view yes, std::string_view no,
                         const Capabilities& capabilities) {
  if (!capabilities.terminal) return std::string(good ? yes : no);
  const Glyphs& signs = glyphs(capabilities);
  return fmt::format("{} {}", good ? signs.good : signs.dash, good ? yes : no);
}

Table trigger_table(const workflow::RetrainDecision& decision, const Capabilities& capabilities) {
  Table table({{.title = "trigger"}, {.title = "now"}, {.title = "rule"}, {.title = "verdict"}});
  for (const workflow::Trigger& trigger : decision.triggers) {
    table.add_row({trigger.name,
                   trigger.now,
                   trigger.rule,
                   {verdict_text(trigger.fired, "fired", "quiet", capabilities),
                    trigger.fired ? Role::warning : Role::meta}});
  }
  return table;
}

Table gate_table(const workflow::GateReport& gate, const Capabilities& capabilities) {
  Table table({{.title = "gate"},
               {.title = "champion", .align = Align::right},
               {.title = "challenger", .align = Align::right},
               {.title = "needed"},
               {.title = "result"}});
  for (const workflow::GateCriterion& criterion : gate.criteria) {
    const Glyphs& signs = glyphs(capabilities);
    const std::string sign(criterion.passed ? signs.good : signs.critical);
    const std::string word = criterion.passed ? "passed" : "failed";
    table.add_row({criterion.name,
                   criterion.champion,
                   criterion.challenger,
                   criterion.needed,
                   {fmt::format("{} {}", capabilities.terminal ? sign : word, criterion.result),
                    criterion.passed ? Role::good : Role::critical}});
  }
  return table;
}

Table window_table(const workflow::RetrainReport& report, const Capabilities& capabilities) {
  Table table({{.title = "learnt from"},
               {.title = "rows", .align = Align::right},
               {.title = report.metric, .align = Align::right},
               {.title = "choice"}});
  for (const workflow::WindowChoice& window : report.windows) {
    table.add_row({window.name,
                   count_text(window.n_rows, capabilities),
                   score_text(window.score, capabilities),
                   {window.chosen ? "chosen" : "", Role::good}});
  }
  return table;
}

/// "open against @3: 0.912, 0.884 by @3, 412 outcomes, 398 answered live by both".
std::string probation_text(const workflow::ProbationReport& probation,
                           const Capabilities& capabilities) {
  const std::string head = fmt::format("{} against @{}", workflow::to_string(probation.verdict),
                                       probation.probation.predecessor);
  if (probation.n == 0) return head + ": no outcomes yet";
  return fmt::format("{}: {}, {} by @{}, {} outcomes, {} answered live by both", head,
                     score_text(probation.champion, capabilities),
                     score_text(probation.predecessor, capabilities),
                     probation.probation.predecessor, count_text(probation.n, capabilities),
                     count_text(probation.n_shadowed, capabilities));
}

std::string data_text(const workflow::RetrainReport& report, const Capabilities& capabilities) {
  const auto count = [&](std::size_t n) { return count_text(n, capabilities); };
  const std::size_t total = report.n_old + report.n_labelled + report.n_from_files;
  if (total == 0) return {};
  std::string text = count(report.n_old) + " old rows";
  if (report.n_labelled > 0) text += " + " + count(report.n_labelled) + " labelled predictions";
  if (report.n_from_files > 0) text += " + " + count(report.n_from_files) + " from files";
  if (report.n_duplicates > 0) text += ", " + count(report.n_duplicates) + " duplicates removed";
  return text;
}

Role role_of(workflow::RetrainOutcome outcome) {
  using workflow::RetrainOutcome;
  if (outcome == RetrainOutcome::promoted) return Role::good;
  return outcome == RetrainOutcome::not_needed ? Role::plain : Role::warning;
}

Facts outcome_facts(const workflow::RetrainReport& report, const Capabilities& capabilities) {
  using workflow::RetrainOutcome;
  Facts facts;
  facts.add("outcome", fmt::format("{}: {}", workflow::to_string(report.outcome), report.sentence),
            role_of(report.outcome));
  if (report.challenger) {
    facts.add("challenger", fmt::format("{}@{}", report.model, *report.challenger));
  }
  if (report.outcome == RetrainOutcome::promoted) {
    facts.add("undo", fmt::format("mlops rollback {}", report.model));
  }
  if (report.outcome == RetrainOutcome::dry_run) {
    facts.add("next", fmt::format("mlops retrain {}", report.model));
  }
  if (report.seconds > 0) facts.add("took", duration_text(report.seconds));
  if (!capabilities.terminal) return facts;
  facts.add("record", fmt::format("mlops history {}", report.model));
  return facts;
}

Facts data_facts(const workflow::RetrainReport& report, const Capabilities& capabilities) {
  Facts facts;
  facts.add("data", data_text(report, capabilities));
  for (const workflow::Quarantine& source : report.quarantined) {
    facts.add("not used", fmt::format("{}: {}", source.source, source.reason), Role::warning);
  }
  for (const workflow::Quarantine& source : report.warned) {
    facts.add("used, but", fmt::format("{}: {}", source.source, source.reason), Role::warning);
  }
  for (const std::string& source : report.waiting) {
    facts.add("waiting", source + " is still being written");
  }
  return facts;
}

void add_section(std::string& text, const std::string& section) {
  if (section.empty()) return;
  if (!text.empty()) text += "\n";
  text += section;
}

}  // namespace

std::string retrain_report(const workflow::RetrainReport& report,
                           const Capabilities& capabilities) {
  Facts head;
  head.add("model", fmt::format("{}@{}", report.model, report.champion), Role::heading);
  if (report.probation) head.add("probation", probation_text(*report.probation, capabilities));
  if (!report.decision.reason.empty()) {
    head.add("decision",
             fmt::format("{}: {}", report.decision.retrain ? "retrain" : "do not retrain",
                         report.decision.reason));
  }
  std::string text = join_lines(head.lines(capabilities), capabilities);
  if (!report.decision.triggers.empty()) {
    add_section(text, to_text(trigger_table(report.decision, capabilities), capabilities));
  }
  add_section(text, join_lines(data_facts(report, capabilities).lines(capabilities), capabilities));
  if (!report.windows.empty()) {
    add_section(text, to_text(window_table(report, capabilities), capabilities));
  }
  if (report.gate) add_section(text, to_text(gate_table(*report.gate, capabilities), capabilities));
  add_section(text,
              join_lines(outcome_facts(report, capabilities).lines(capabilities), capabilities));
  return text;
}

}  // namespace mlops::render
