#include "workflow/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "data/read_wishes.hpp"
#include "workflow/deploy.hpp"
#include "workflow/failure.hpp"

namespace mlops::workflow {
namespace {

double seconds_since(const Clock& clock, Timestamp start) {
  return static_cast<double>(clock.now().micros - start.micros) / 1e6;
}

std::string model_name(const TrainConfig& config) {
  if (!config.name) {
    const std::string file = config.data.filename().string();
    return registry::clean_model_name(file == "-" ? "model" : file);
  }
  if (!registry::is_valid_model_name(*config.name))
    throw Error(ErrorKind::invalid_argument, "model.bad_name",
                fmt::format("'{}' is not a model name", *config.name),
                fmt::format("lower-case letters, digits, - and _; try --name {}",
                            registry::clean_model_name(*config.name)));
  return *config.name;
}

void refuse_findings(const std::vector<data::Finding>& findings) {
  if (findings.empty()) return;
  const data::Finding& first = findings.front();
  throw Error(
      ErrorKind::invalid_data, first.code,
      fmt::format("{}{}", first.message,
                  findings.size() > 1 ? fmt::format(" (and {} more)", findings.size() - 1) : ""),
      first.hint.empty() ? "run without --strict to train anyway" : first.hint);
}

/// The folds the checks should assume before the search has decided.
constexpr unsigned kDefaultFolds = 5;

bool beats_dummy(const learn::TrainingResult& result) {
  return data::higher_is_better(result.metric.metric) ? result.metric.value > result.dummy.value
                                                      : result.metric.value < result.dummy.value;
}

std::string artifact_hash(const registry::Manifest& manifest) {
  const auto found = std::find_if(manifest.files.begin(), manifest.files.end(),
                                  [](const auto& file) { return file.path == "model.bin"; });
  return found == manifest.files.end() ? std::string() : found->sha256;
}

registry::Event trained_event(const learn::TrainingResult& result, std::string_view data_sha256) {
  return {.type = "trained",
          .message = fmt::format("trained: {} {:.4g} on {} held-out rows",
                                 data::to_string(result.metric.metric), result.metric.value,
                                 result.metric.n),
          .evidence = {{"data_sha256", data_sha256}}};
}

void deploy_if_allowed(const TrainConfig& config, const Environment& environment,
                       TrainReport& report) {
  report.champion_before = environment.registry().aliases(report.model).champion;
  if (config.deploy == DeployAfter::no) {
    report.not_deployed_because = "--no-deploy was given";
  } else if (!beats_dummy(report.result)) {
    report.not_deployed_because = "it does not beat the dummy, which always gives one answer";
  } else {
    const std::string reference = fmt::format("{}@{}", report.model, report.version);
    // A retrained table may have gained or lost columns on purpose: `train` names the change and
    // deploys, `deploy` of an existing version asks for --force.
    deploy({.reference = reference, .schema_change = SchemaChange::allow}, environment);
    report.deployed = true;
  }
}

TrainReport run(const TrainConfig& config, const Environment& environment,
                const TrainListener& listener, const std::string& name) {
  const Timestamp start = environment.clock.now();
  data::ReadResult read =
      data::read_table(config.data, data::read_as_said(config.read, config.inference));
  data::InferenceResult inferred = data::infer_schema(read.table, read.dialect, config.inference);
  std::vector<data::Finding> findings = read.findings;
  findings.insert(findings.end(), inferred.findings.begin(), inferred.findings.end());
  const auto checks = data::check_training_data(read.table, inferred.schema,
                                                config.training.folds.value_or(kDefaultFolds));
  findings.insert(findings.end(), checks.begin(), checks.end());
  if (config.findings == Findings::refuse) refuse_findings(findings);
  if (listener.on_data) {
    listener.on_data({read, inferred.schema, findings, seconds_since(environment.clock, start)});
  }

  const registry::Registry registry = environment.registry();
  TrainReport report{.model = name,
                     .dialect = read.dialect,
                     .size_bytes = read.size_bytes,
                     .n_rows = read.table.n_rows,
                     .n_columns = read.table.columns.size(),
                     .result = learn::train(read.table, inferred.schema, config.training,
                                            listener.on_progress, environment.cancel)};
  findings.insert(findings.end(), report.result.warnings.begin(), report.result.warnings.end());
  report.warnings = std::move(findings);
  report.version = publish_version(registry, name,
                                   {.table = read.table,
                                    .result = report.result,
                                    .data_source = config.data.filename().string(),
                                    .data_sha256 = read.sha256,
                                    .dialect = read.dialect,
                                    .snapshot = config.snapshot,
                                    .warnings = report.warnings,
                                    .lineage = {{"trigger", "train"}}},
                                   trained_event(report.result, read.sha256));
  deploy_if_allowed(config, environment, report);
  report.artifact_sha256 = artifact_hash(registry.manifest(name, report.version));
  report.seconds = seconds_since(environment.clock, start);
  return report;
}

}  // namespace

TrainReport train(const TrainConfig& config, const Environment& environment,
                  const TrainListener& listener) {
  const std::string name = model_name(config);
  config.training.validate();
  try {
    return run(config, environment, listener, name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::interrupted) record_failure("train", name, error, environment);
    throw;
  } catch (const std::bad_alloc&) {
    const Error error(ErrorKind::io, "train.out_of_memory",
                      fmt::format("the memory does not suffice for training '{}'", name),
                      "leave columns out with --drop, or use --preset fast");
    record_failure("train", name, error, environment);
    throw error;
  }
}

}  // namespace mlops::workflow
