#include "learn/recipe.hpp"

#include "learn/replay.hpp"

namespace mlops::learn {

namespace {

Json options_json(const TrainingOptions& options) {
  Json json;
  json["preset"] = to_string(options.preset);
  json["metric"] = to_string(*options.metric);
  json["class_weights"] = to_string(options.class_weights.value_or(ClassWeights::none));
  json["seed"] = options.seed;
  json["threads"] = options.threads;
  json["max_latency_us"] = options.max_latency_us;
  json["folds"] = options.folds ? Json(*options.folds) : Json(nullptr);
  json["time_column"] = options.time_column ? Json(*options.time_column) : Json(nullptr);
  json["held_out_rows_given"] = options.held_out_rows.has_value();
  return json;
}

Json trial_json(const Candidate& candidate) {
  Json json;
  json["name"] = candidate.trial.name;
  json["learner"] = learner_name(candidate.trial.parameters);
  json["params"] = describe(candidate.trial);
  if (!candidate.complete()) {
    json["failure"] = candidate.failure;
    return json;
  }
  json["score"] = json_number(candidate.score);
  Json rounds = Json::array();
  for (const auto& hints : candidate.hints) rounds.push_back(hints.n_rounds);
  json["rounds"] = std::move(rounds);
  return json;
}

Json trials_json(const std::vector<Candidate>& candidates) {
  Json trials = Json::array();
  for (const auto& candidate : candidates) trials.push_back(trial_json(candidate));
  return trials;
}

}  // namespace

Json make_recipe(const SearchRequest& request, const SearchResult& found,
                 const std::vector<Candidate>& screened) {
  Json recipe;
  recipe["options"] = options_json(request.options);
  recipe["libraries"] = library_versions();
  recipe["n_trials"] = found.n_trials;
  recipe["n_folds"] = found.judging->folds.size();
  recipe["rows"] = request.dataset.size();
  recipe["trials"] = trials_json(found.candidates);
  if (!screened.empty()) recipe["screening"] = trials_json(screened);
  Json members = Json::array();
  for (const auto& member : found.members) {
    members.push_back(
        {{"trial", found.candidates[member.candidate].trial.name}, {"weight", member.weight}});
  }
  recipe["members"] = std::move(members);
  return recipe;
}

}  // namespace mlops::learn
