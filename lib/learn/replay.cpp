#include "learn/replay.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "learn/dlib_learners/dlib_learners.hpp"
#include "learn/xgboost/library.hpp"

namespace mlops::learn {

namespace {

constexpr const char* kSource = "recipe";

[[noreturn]] void refuse_word(std::string_view field, const std::string& word) {
  throw Error(ErrorKind::corrupt, "learn.recipe",
              fmt::format("the recipe's {} is '{}', which this program does not know", field, word),
              "a newer program may have written it");
}

TrainingOptions options_of(const Json& recipe) {
  const JsonObject root(recipe, kSource);
  const auto recorded = root.object("options");
  TrainingOptions options;
  const auto preset = parse_preset(recorded.text("preset"));
  if (!preset) refuse_word("preset", recorded.text("preset"));
  options.preset = *preset;
  options.metric = data::parse_metric(recorded.text("metric"));
  if (!options.metric) refuse_word("metric", recorded.text("metric"));
  if (recorded.has("class_weights")) {
    const auto word = recorded.text("class_weights");
    options.class_weights = parse_class_weights(word);
    if (!options.class_weights) refuse_word("class weights", word);
  }
  options.seed = recorded.unsigned_integer("seed");
  options.threads = static_cast<unsigned>(recorded.unsigned_integer("threads"));
  options.max_latency_us = recorded.number("max_latency_us");
  if (!recorded.member("folds").is_null()) {
    options.folds = static_cast<unsigned>(recorded.unsigned_integer("folds"));
  }
  if (!recorded.member("time_column").is_null()) {
    options.time_column = recorded.text("time_column");
  }
  options.max_trials = std::max(1U, static_cast<unsigned>(root.unsigned_integer("n_trials")));
  return options;
}

}  // namespace

TrainingOptions replay_options(const Json& recipe) {
  try {
    return options_of(recipe);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_data) throw;
    throw Error(ErrorKind::corrupt, "learn.recipe", error.what(), error.hint());
  }
}

void inherit_options(const Json& recipe, TrainingOptions& options) {
  const Json recorded = recipe.value("options", Json::object());
  const auto word = [&](const char* key) { return recorded.value(key, std::string()); };
  if (!options.metric) options.metric = data::parse_metric(word("metric"));
  if (!options.class_weights) options.class_weights = parse_class_weights(word("class_weights"));
}

bool held_out_rows_given(const Json& recipe) {
  return JsonObject(recipe, kSource).object("options").boolean("held_out_rows_given");
}

Json library_versions() {
  return {{"xgboost", xgboost::version()}, {"dlib", dlib_version()}};
}

}  // namespace mlops::learn
