#include "workflow/retrain.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <numeric>

#include "base/random.hpp"
#include "workflow/challenger.hpp"
#include "workflow/deploy.hpp"
#include "workflow/failure.hpp"
#include "workflow/monitor.hpp"
#include "workflow/publish.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// The paths a pattern of `retraining.sources` means now.
std::vector<std::filesystem::path> expand(const std::string& pattern) {
  std::vector<std::filesystem::path> paths;
  glob_t found{};
  if (::glob(pattern.c_str(), GLOB_TILDE, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  return paths;
}

std::vector<std::filesystem::path> files_of(const RetrainConfig& config,
                                            const observe::Policy& policy) {
  std::vector<std::filesystem::path> files = config.files;
  for (const std::string& pattern : policy.retraining.sources) {
    const auto paths = expand(pattern);
    files.insert(files.end(), paths.begin(), paths.end());
  }
  return files;
}

/// When a retraining last trained: its event says so, whatever came of it.
std::optional<Timestamp> last_retrain(const std::vector<registry::Event>& events) {
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->type == "retrained") return event->time;
  }
  return std::nullopt;
}

std::string performance_text(const observe::PerformanceHealth& performance) {
  const std::string_view metric = data::to_string(performance.metric);
  if (!performance.realized) return fmt::format("{} unknown, no labels", metric);
  return fmt::format("{} {:.3f}, limit {:.3f}, {} labels", metric, performance.realized->value,
                     performance.threshold, performance.realized->n);
}

std::string drift_text(const observe::ModelHealth& health) {
  if (health.drift.empty()) return "none measured";
  const observe::DriftHealth& worst = health.drift.front();
  return fmt::format("{} PSI {:.2f}", worst.feature, worst.psi);
}

RetrainSnapshot snapshot_of(const RetrainConfig& config, const Environment& environment,
                            const registry::Registry& registry, registry::Version champion,
                            const RetrainData& data) {
  const observe::Policy policy = read_policy(registry, config.model);
  const Timestamp now = environment.clock.now();
  const observe::ModelHealth health =
      champion_health(registry, config.model, now, policy.monitoring.window_micros);
  return {.now = now,
          .policy = policy.retraining,
          .performance = health.performance.status,
          .performance_text = performance_text(health.performance),
          .drift = health.drift_status,
          .drift_text = drift_text(health),
          .n_new_labels = data.n_labelled,
          .n_new_file_rows = data.n_from_files,
          .last_retrain = last_retrain(registry.events(config.model)),
          .champion_trained_at = registry.manifest(config.model, champion).created_at,
          .by_hand = config.when == RetrainWhen::always};
}

registry::Version champion_of(const registry::Registry& registry, const std::string& name) {
  static_cast<void>(registry.versions(name));
  const auto champion = registry.aliases(name).champion;
  if (champion) return *champion;
  throw Error(ErrorKind::not_found, "model.no_champion",
              fmt::format("model '{}' has no champion to retrain", name),
              fmt::format("mlops deploy {}", name));
}

void promote(const RetrainReport& report, const Environment& environment) {
  environment.registry().set_champion(
      report.model, *report.challenger,
      {.type = "deployed",
       .message = fmt::format("{}@{} is champion, replaces @{}: {}", report.model,
                              *report.challenger, report.champion, report.gate->reason),
       .evidence = to_json(*report.gate)});
}

void conclude(RetrainReport& report, const Environment& environment) {
  const GateReport& gate = *report.gate;
  environment.registry().append_event(
      report.model, {.type = "retrained",
                     .message = fmt::format("{}@{} against champion @{}: {}, {}", report.model,
                                            *report.challenger, report.champion,
                                            to_string(gate.verdict), gate.reason),
                     .evidence = {{"challenger", *report.challenger},
                                  {"decision", to_json(report.decision)},
                                  {"gate", to_json(gate)}}});
  if (gate.verdict == Verdict::promote) {
    promote(report, environment);
    report.outcome = RetrainOutcome::promoted;
    report.sentence = fmt::format("{0}@{1} is champion, replaces @{2}", report.model,
                                  *report.challenger, report.champion);
  } else {
    report.outcome =
        gate.verdict == Verdict::keep ? RetrainOutcome::kept : RetrainOutcome::need_more_data;
    report.sentence = fmt::format("kept {}@{}: {}", report.model, report.champion, gate.reason);
  }
}

RetrainReport run(const RetrainConfig& config, const Environment& environment,
                  const learn::ProgressSink& progress) {
  const Timestamp start = environment.clock.now();
  const registry::Registry registry = environment.registry();
  RetrainReport report{.model = config.model, .champion = champion_of(registry, config.model)};
  const auto lock = registry.try_lock_model(config.model, "retrain");
  if (!lock)
    throw Error(ErrorKind::conflict, "retrain.busy",
                fmt::format("another retraining of '{}' is running", config.model),
                "wait for it, or try again later");

  const observe::Policy policy = read_policy(registry, config.model);
  RetrainData data =
      assemble_retrain_data(registry, config.model, report.champion, files_of(config, policy));
  report.n_old = data.n_old;
  report.n_labelled = data.n_labelled;
  report.n_from_files = data.n_from_files;
  report.n_duplicates = data.n_duplicates;
  report.quarantined = data.quarantined;
  report.decision =
      decide_retrain(snapshot_of(config, environment, registry, report.champion, data));
  if (!report.decision.retrain || config.run == RetrainRun::dry) {
    report.outcome = report.decision.retrain ? RetrainOutcome::dry_run : RetrainOutcome::not_needed;
    report.sentence = report.decision.retrain ? "would retrain" : report.decision.reason;
    return report;
  }

  ChallengerResult challenger = train_challenger({.model = config.model,
                                                  .champion = report.champion,
                                                  .data = data,
                                                  .training = config.training,
                                                  .margin = policy.retraining.margin},
                                                 environment, progress);
  report.windows = challenger.windows;
  report.metric = challenger.metric;
  report.gate = challenger.gate;
  report.challenger = publish_version(
      registry, config.model,
      {.table = challenger.table,
       .result = challenger.result,
       .data_source =
           fmt::format("{}@{} and {} new rows", config.model, report.champion, data.n_new()),
       .data_sha256 = {},
       .warnings = challenger.result.warnings,
       .lineage = {{"trigger", report.decision.reason},
                   {"parent", report.champion},
                   {"labels_until_micros", data.labels_until.micros},
                   {"decision", to_json(report.decision)},
                   {"gate", to_json(challenger.gate)}}},
      {.type = "trained", .message = fmt::format("trained as challenger of @{}", report.champion)});
  conclude(report, environment);
  report.seconds = static_cast<double>(environment.clock.now().micros - start.micros) / 1e6;
  return report;
}

}  // namespace

std::string_view to_string(RetrainOutcome outcome) noexcept {
  switch (outcome) {
    case RetrainOutcome::not_needed:
      return "not_needed";
    case RetrainOutcome::dry_run:
      return "dry_run";
    case RetrainOutcome::promoted:
      return "promoted";
    case RetrainOutcome::kept:
      return "kept";
    case RetrainOutcome::need_more_data:
      return "need_more_data";
  }
  return "kept";
}

RetrainReport retrain(const RetrainConfig& config, const Environment& environment,
                      const learn::ProgressSink& progress) {
  config.training.validate();
  try {
    return run(config, environment, progress);
  } catch (const Error& error) {
    record_failure("retrain", config.model, error, environment);
    throw;
  }
}

}  // namespace mlops::workflow
