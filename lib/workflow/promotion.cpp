#include "workflow/promotion.hpp"

#include <fmt/format.h>

#include "workflow/publish.hpp"
#include "workflow/retrain_record.hpp"

namespace mlops::workflow {
namespace {

/// How much of the past was tried, what each scored, and which was chosen.
Json to_json(const std::vector<WindowChoice>& windows) {
  Json rows = Json::array();
  for (const WindowChoice& window : windows)
    rows.push_back({{"learnt_from", window.name},
                    {"rows", window.n_rows},
                    {"score", json_number(window.score)},
                    {"chosen", window.chosen}});
  return rows;
}

registry::Version publish(const ChallengerResult& challenger, const RetrainData& data,
                          const registry::Registry& registry, const RetrainReport& report) {
  return publish_version(
      registry, report.model,
      {.table = challenger.table,
       .result = challenger.result,
       .data_source =
           fmt::format("{}@{} and {} new rows", report.model, report.champion, data.n_new()),
       .data_sha256 = {},
       .warnings = challenger.result.warnings,
       .lineage = {{"trigger", report.decision.reason},
                   {"parent", report.champion},
                   {"labels_until_micros", data.labels_until.micros},
                   {"files", data.files},
                   {"decision", to_json(report.decision)},
                   {"windows", to_json(challenger.windows)},
                   {"gate", to_json(challenger.gate)}}},
      {.type = "trained", .message = fmt::format("trained as challenger of @{}", report.champion)});
}

/// Moves the alias, unless somebody deployed another version while this one was trained.
void promote(const registry::Registry& registry, const GateReport& gate, RetrainReport& report) {
  const auto champion = registry.aliases(report.model).champion;
  if (champion != report.champion) {
    report.outcome = RetrainOutcome::kept;
    report.sentence = fmt::format("kept {}@{}: it became champion while @{} was trained",
                                  report.model, champion.value_or(0), *report.challenger);
    return;
  }
  Json evidence = to_json(gate);
  evidence["version"] = *report.challenger;
  evidence["probation_against"] = report.champion;
  registry.set_champion(report.model, *report.challenger,
                        {.type = "deployed",
                         .message = fmt::format("{}@{} is champion, replaces @{}: {}", report.model,
                                                *report.challenger, report.champion, gate.reason),
                         .evidence = std::move(evidence)});
  report.outcome = RetrainOutcome::promoted;
  report.sentence = fmt::format("{0}@{1} is champion, replaces @{2}", report.model,
                                *report.challenger, report.champion);
}

}  // namespace

void conclude_retraining(const ChallengerResult& challenger, const RetrainData& data,
                         const Environment& environment, RetrainReport& report) {
  const registry::Registry registry = environment.registry();
  const GateReport& gate = challenger.gate;
  report.challenger = publish(challenger, data, registry, report);
  if (gate.verdict == Verdict::promote) {
    promote(registry, gate, report);
  } else {
    report.outcome =
        gate.verdict == Verdict::keep ? RetrainOutcome::kept : RetrainOutcome::need_more_data;
    report.sentence = fmt::format("kept {}@{}: {}", report.model, report.champion, gate.reason);
  }
  registry.append_event(report.model,
                        {.type = kRetrainedEvent,
                         .message = fmt::format("{}@{} against champion @{}: {}, {}", report.model,
                                                *report.challenger, report.champion,
                                                to_string(gate.verdict), gate.reason),
                         .evidence = {{"challenger", *report.challenger},
                                      {"new_rows", data.n_labelled + data.n_from_files},
                                      {"outcome", to_string(report.outcome)},
                                      {"decision", to_json(report.decision)},
                                      {"windows", to_json(challenger.windows)},
                                      {"gate", to_json(gate)}}});
}

}  // namespace mlops::workflow
