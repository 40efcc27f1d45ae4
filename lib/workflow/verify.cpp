#include "workflow/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "learn/replay.hpp"
#include "model/bundle.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// How publish writes a snapshot: RFC 4180, and nothing means missing but an empty cell.
data::ReadOptions snapshot_options() {
  return {.separator = ',',
          .quote = '"',
          .header = true,
          .decimal = '.',
          .missing_markers = std::vector<std::string>{""}};
}

data::Table given_rows(const VerifyConfig& config, const std::string& recorded_sha256) {
  data::ReadResult read = data::read_table(*config.data, config.read);
  if (read.sha256 != recorded_sha256) {
    throw Error(ErrorKind::invalid_data, "verify.other_data",
                fmt::format("'{}' is not the file the version was trained from (SHA-256 {:.12}, "
                            "recorded {:.12})",
                            config.data->string(), read.sha256, recorded_sha256),
                "give the very file that was trained from");
  }
  return std::move(read.table);
}

data::Table training_rows(const VerifyConfig& config, const registry::Registry& registry,
                          const registry::Manifest& manifest) {
  const auto recorded = JsonObject(manifest.metadata, "manifest").object("data");
  if (config.data) return given_rows(config, recorded.text("sha256"));
  if (recorded.member("snapshot").is_null()) {
    throw Error(ErrorKind::not_found, "verify.no_snapshot",
                fmt::format("the training rows of '{}' are not in the registry", config.reference),
                "name the file it was trained from with --data");
  }
  return data::read_table_from_bytes(registry.load_dataset(recorded.text("snapshot")),
                                     "training snapshot.csv", snapshot_options())
      .table;
}

learn::TrainingOptions options_of(const Json& recipe, const std::filesystem::path& directory) {
  auto options = learn::replay_options(recipe);
  if (!learn::held_out_rows_given(recipe)) return options;
  const auto path = directory / kHeldOutRowsFile;
  if (!std::filesystem::exists(path)) {
    throw Error(ErrorKind::not_found, "verify.no_held_out_rows",
                "an older program trained this version and did not record the rows it held out",
                "versions trained from now on can be verified");
  }
  options.held_out_rows =
      parse_json(read_file(path), kHeldOutRowsFile).get<std::vector<std::size_t>>();
  return options;
}

/// Names of trials that do not read the same in both recipes.
std::vector<std::string> different_trials(const Json& recorded, const Json& repeated) {
  std::vector<std::string> names;
  for (const char* list : {"trials", "screening"}) {
    const Json before = recorded.value(list, Json::array());
    const Json after = repeated.value(list, Json::array());
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      const Json& left = i < before.size() ? before[i] : after[i];
      if (i < before.size() && i < after.size() && before[i] == after[i]) continue;
      names.push_back(left.value("name", std::string("?")));
    }
  }
  return names;
}

std::vector<std::string> changed_libraries(const Json& recorded) {
  std::vector<std::string> changes;
  const Json versions = learn::library_versions();
  for (const auto& [name, now] : versions.items()) {
    const std::string then = recorded.value(name, std::string("unknown"));
    if (now != then) {
      changes.push_back(fmt::format("{} {} then, {} now", name, then, now.get<std::string>()));
    }
  }
  return changes;
}

std::string recorded_hash(const registry::Manifest& manifest) {
  const auto found = std::find_if(manifest.files.begin(), manifest.files.end(),
                                  [](const auto& file) { return file.path == "model.bin"; });
  if (found != manifest.files.end()) return found->sha256;
  throw Error(ErrorKind::corrupt, "verify.no_model", "the manifest lists no model.bin");
}

}  // namespace

VerifyReport verify(const VerifyConfig& config, const Environment& environment,
                    const learn::ProgressSink& progress) {
  const Timestamp start = environment.clock.now();
  const registry::Registry registry = environment.registry();
  const auto resolved = resolve(registry, config.reference);
  const auto stored = load_version(registry, resolved.name, resolved.version);
  const Json& recipe = JsonObject(stored.manifest.metadata, "manifest").member("recipe");
  const auto table = training_rows(config, registry, stored.manifest);
  const auto options =
      options_of(recipe, registry.version_directory(resolved.name, resolved.version));
  const auto result =
      learn::train(table, stored.model.schema(), options, progress, environment.cancel);
  const auto recorded_metric =
      metric_from_json(JsonObject(stored.manifest.metadata, "manifest").member("metric"));
  return {.model = resolved.name,
          .version = resolved.version,
          .recorded_sha256 = recorded_hash(stored.manifest),
          .repeated_sha256 = sha256_hex(model::pipeline_to_bytes(result.model.pipeline())),
          .recorded_score = recorded_metric.value,
          .repeated_score = result.metric.value,
          .metric = std::string(data::to_string(result.metric.metric)),
          .n_trials = *options.max_trials,
          .n_threads = options.threads,
          .seed = options.seed,
          .different_trials = different_trials(recipe, result.recipe),
          .circumstances = changed_libraries(recipe.value("libraries", Json::object())),
          .seconds = static_cast<double>(environment.clock.now().micros - start.micros) / 1e6};
}

}  // namespace mlops::workflow
