#include "workflow/retrain.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <new>

#include "base/file.hpp"
#include "data/byte_source.hpp"
#include "learn/replay.hpp"
#include "workflow/challenger.hpp"
#include "workflow/deliveries.hpp"
#include "workflow/failure.hpp"
#include "workflow/monitor.hpp"
#include "workflow/probation_shadow.hpp"
#include "workflow/promotion.hpp"
#include "workflow/retrain_record.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

std::string performance_text(const observe::PerformanceHealth& performance) {
  const std::string_view metric = data::to_string(performance.metric);
  if (!performance.realized) return fmt::format("{} unknown, no labels", metric);
  return fmt::format("{} {:.3f}, limit {:.3f}, {} labels", metric, performance.realized->value,
                     performance.threshold, performance.realized->n);
}

std::string drift_text(const observe::ModelHealth& health) {
  if (health.drift.empty() || std::isnan(health.drift.front().psi)) return "not measured";
  const observe::DriftHealth& worst = health.drift.front();
  return fmt::format("{} PSI {:.2f}", worst.feature, worst.psi);
}

observe::RetrainLimits read_limits(const registry::Registry& registry, const std::string& name) {
  const std::filesystem::path path = registry.model_config_path(name);
  if (!std::filesystem::exists(path)) return {};
  return observe::parse_retrain_limits(read_file(path), path.string());
}

/// What a run finds before it decides.
struct Situation {
  observe::Policy policy;
  observe::RetrainLimits limits;
  RetrainRecord record;
  Deliveries deliveries;
};

RetrainSnapshot snapshot_of(const RetrainConfig& config, const Environment& environment,
                            registry::Version champion, const Situation& situation) {
  const registry::Registry registry = environment.registry();
  const Timestamp now = environment.clock.now();
  const observe::ModelHealth health =
      champion_health(registry, config.model, now, situation.policy.monitoring.window_micros);
  RetrainSnapshot snapshot{
      .now = now,
      .policy = situation.policy.retraining,
      .limits = situation.limits,
      .performance = health.performance.status,
      .performance_text = performance_text(health.performance),
      .drift = health.drift_status,
      .drift_text = drift_text(health),
      .n_new_labels = count_new_labels(registry, config.model, champion),
      .n_new_file_rows = situation.deliveries.n_rows(),
      .last_retrain = situation.record.last,
      .n_tried_in_vain = {},
      .n_last_day = situation.record.n_last_day,
      .champion_trained_at = registry.manifest(config.model, champion).created_at,
      .by_hand = config.when == RetrainWhen::always};
  if (situation.record.in_vain) snapshot.n_tried_in_vain = situation.record.in_vain->n_new;
  return snapshot;
}

registry::Version champion_of(const registry::Registry& registry, const std::string& name) {
  static_cast<void>(registry.versions(name));
  const auto champion = registry.aliases(name).champion;
  if (champion) return *champion;
  throw Error(ErrorKind::not_found, "model.no_champion",
              fmt::format("model '{}' has no champion to retrain", name),
              fmt::format("mlops deploy {}", name));
}

RetrainReport busy(const RetrainConfig& config, RetrainReport report) {
  if (config.when == RetrainWhen::always)
    throw Error(ErrorKind::conflict, "retrain.busy",
                fmt::format("another retraining of '{}' is running", config.model),
                "wait for it, or try again later");
  report.outcome = RetrainOutcome::busy;
  report.sentence = "another retraining is running";
  return report;
}

/// A run before this one that began to train and never said how it ended: the process is gone, or
/// this one would not hold the lock.
void report_unfinished(const std::string& model, const RetrainRecord& record,
                       const Environment& environment) {
  if (!record.unfinished) return;
  record_failure("retrain", model,
                 Error(ErrorKind::unavailable, "retrain.vanished",
                       fmt::format("the run that began {} ended without a word, killed or cut off",
                                   to_rfc3339(*record.unfinished))),
                 environment);
}

Situation situation_of(const RetrainConfig& config, registry::Version champion,
                       const std::vector<registry::Event>& events,
                       const observe::RetrainLimits& limits, const Environment& environment) {
  Situation situation{.policy = read_policy(environment.registry(), config.model),
                      .limits = limits,
                      .record = read_record(events, champion, environment.clock.now()),
                      .deliveries = {}};
  const bool dry = config.run == RetrainRun::dry;
  if (!dry) report_unfinished(config.model, situation.record, environment);
  situation.deliveries =
      collect_deliveries({.named = config.files,
                          .patterns = situation.policy.retraining.sources,
                          .verdicts = dry ? DeliveryVerdicts::said : DeliveryVerdicts::recorded},
                         config.model, champion, situation.record, environment);
  return situation;
}

void describe_deliveries(const Deliveries& deliveries, RetrainReport& report) {
  report.quarantined = deliveries.quarantined;
  report.waiting = deliveries.waiting;
  for (const Delivery& delivery : deliveries.usable)
    if (!delivery.warning.empty()) report.warned.push_back({delivery.source, delivery.warning});
}

void describe_data(const RetrainData& data, RetrainReport& report) {
  report.n_old = data.n_old;
  report.n_labelled = data.n_labelled;
  report.n_from_files = data.n_from_files;
  report.n_duplicates = data.n_duplicates;
}

/// True when a probation ended with a rollback; the next run decides about retraining.
bool review(const RetrainConfig& config, const std::vector<registry::Event>& events,
            const observe::RetrainLimits& limits, const Environment& environment,
            RetrainReport& report) {
  const bool dry = config.run == RetrainRun::dry;
  report.probation =
      review_probation({.model = report.model,
                        .length_micros = limits.probation_micros,
                        .level = limits.wrong_rollbacks,
                        .action = dry ? ProbationAction::look : ProbationAction::act},
                       events, environment);
  if (!report.probation || report.probation->verdict != ProbationVerdict::rolled_back) return false;
  report.outcome = dry ? RetrainOutcome::dry_run : RetrainOutcome::rolled_back;
  report.sentence =
      fmt::format("{0}@{1} {2} champion again, @{3} was worse on {4} outcomes", report.model,
                  report.probation->probation.predecessor, dry ? "would be" : "is",
                  report.probation->probation.champion, report.probation->n);
  return true;
}

/// What nobody said about the training is as it was for the champion.
learn::TrainingOptions training_like(const RetrainConfig& config,
                                     const registry::Registry& registry,
                                     registry::Version champion) {
  learn::TrainingOptions options = config.training;
  const Json metadata = registry.manifest(config.model, champion).metadata;
  learn::inherit_options(metadata.value("recipe", Json::object()), options);
  return options;
}

void train_and_judge(const RetrainConfig& config, const Situation& situation,
                     const RetrainSnapshot& snapshot, const Environment& environment,
                     const learn::ProgressSink& progress, RetrainReport& report) {
  const registry::Registry registry = environment.registry();
  registry.append_event(
      config.model,
      {.type = kRetrainingEvent,
       .message = fmt::format("retraining begins: {}", report.decision.reason),
       .evidence = {{"decision", to_json(report.decision)}, {"snapshot", to_json(snapshot)}}});
  const RetrainData data =
      assemble_retrain_data(registry, config.model, report.champion, situation.deliveries.usable);
  describe_data(data, report);
  const auto training = training_like(config, registry, report.champion);
  ChallengerResult challenger = train_challenger({.model = config.model,
                                                  .champion = report.champion,
                                                  .data = data,
                                                  .training = training,
                                                  .margin = situation.policy.retraining.margin,
                                                  .level = situation.limits.wrong_promotions},
                                                 environment, progress);
  report.windows = challenger.windows;
  report.metric = challenger.metric;
  report.gate = challenger.gate;
  conclude_retraining(challenger, data, environment, report);
}

RetrainReport run(const RetrainConfig& config, const Environment& environment,
                  const learn::ProgressSink& progress) {
  const Timestamp start = environment.clock.now();
  const registry::Registry registry = environment.registry();
  RetrainReport report{.model = config.model, .champion = champion_of(registry, config.model)};
  const auto lock = registry.try_lock_model(config.model, "retrain");
  if (!lock) return busy(config, std::move(report));

  const std::vector<registry::Event> events = registry.events(config.model);
  const observe::RetrainLimits limits = read_limits(registry, config.model);
  if (review(config, events, limits, environment, report)) return report;
  const Situation situation = situation_of(config, report.champion, events, limits, environment);
  describe_deliveries(situation.deliveries, report);
  const RetrainSnapshot snapshot = snapshot_of(config, environment, report.champion, situation);
  report.decision = decide_retrain(snapshot);
  report.n_labelled = snapshot.n_new_labels;
  report.n_from_files = snapshot.n_new_file_rows;
  if (!report.decision.retrain || config.run == RetrainRun::dry) {
    report.outcome = report.decision.retrain ? RetrainOutcome::dry_run : RetrainOutcome::not_needed;
    report.sentence = report.decision.retrain ? "would retrain" : report.decision.reason;
    return report;
  }
  train_and_judge(config, situation, snapshot, environment, progress, report);
  if (report.outcome == RetrainOutcome::promoted && limits.probation_micros > 0)
    begin_shadow(report.model, {.champion = *report.challenger, .predecessor = report.champion},
                 registry);
  report.seconds = static_cast<double>(environment.clock.now().micros - start.micros) / 1e6;
  return report;
}

/// A file that was named and is not there is the caller's slip, not a failure of the model's.
/// Throws what opening it throws; a pipe is not read.
void check_files(const std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& path : files)
    if (::access(path.c_str(), R_OK) != 0) static_cast<void>(data::open_source(path));
}

}  // namespace

std::string_view to_string(RetrainOutcome outcome) noexcept {
  switch (outcome) {
    case RetrainOutcome::not_needed:
      return "not_needed";
    case RetrainOutcome::busy:
      return "busy";
    case RetrainOutcome::dry_run:
      return "dry_run";
    case RetrainOutcome::promoted:
      return "promoted";
    case RetrainOutcome::kept:
      return "kept";
    case RetrainOutcome::need_more_data:
      return "need_more_data";
    case RetrainOutcome::rolled_back:
      return "rolled_back";
  }
  return "kept";
}

RetrainReport retrain(const RetrainConfig& config, const Environment& environment,
                      const learn::ProgressSink& progress) {
  config.training.validate();
  check_files(config.files);
  try {
    return run(config, environment, progress);
  } catch (const Error& error) {
    // Whoever holds the lock speaks for the run.
    if (error.code() != "retrain.busy") record_failure("retrain", config.model, error, environment);
    throw;
  } catch (const std::bad_alloc&) {
    const Error error(ErrorKind::io, "retrain.out_of_memory",
                      fmt::format("retraining '{}' ran out of memory", config.model),
                      "give it more memory, fewer rows, or --preset fast");
    record_failure("retrain", config.model, error, environment);
    throw error;
  } catch (const std::exception& exception) {
    const Error error(ErrorKind::internal, "internal", exception.what());
    record_failure("retrain", config.model, error, environment);
    throw error;
  }
}

}  // namespace mlops::workflow
