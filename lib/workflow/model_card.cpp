#include "workflow/model_card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "observe/watched_version.hpp"
#include "workflow/card_scores.hpp"
#include "workflow/truth.hpp"
#include "workflow/weak_segments.hpp"

namespace mlops::workflow {
namespace {

constexpr std::size_t kImportantFeatures = 8;
constexpr std::size_t kListedTrials = 5;
constexpr std::size_t kNamedClasses = 10;

std::string class_names(const data::Schema& schema) {
  std::vector<std::string> names;
  for (const auto& label : schema.classes) {
    if (names.size() == kNamedClasses) break;
    names.push_back(fmt::format("`{}`", label));
  }
  return fmt::format("{}{}", fmt::join(names, ", "),
                     schema.classes.size() > names.size() ? " and others" : "");
}

std::string what_it_predicts(const data::Schema& schema) {
  if (schema.task == data::Task::regression)
    return fmt::format(
        "The number in column `{}`, with an interval that holds the truth in about "
        "90 of 100 cases.",
        schema.target);
  if (schema.task == data::Task::binary)
    return fmt::format("Whether `{}` is `{}`, with a probability.", schema.target,
                       schema.positive());
  return fmt::format("Which of {} classes `{}` has: {}, with a probability for each.",
                     schema.classes.size(), schema.target, class_names(schema));
}

std::string error_text(const data::Schema& schema, double error) {
  if (schema.task == data::Task::regression) return fmt::format("off by {:.4g}", error);
  return fmt::format("wrong in {:.0f} of 100", 100 * error);
}

/// What class weights did, where the training was asked for them.
std::string about_class_weights(const learn::TrainingResult& result) {
  const Json& options = result.recipe.at("options");
  if (options.value("class_weights", std::string("none")) != "balanced") return {};
  return "\nRare classes counted as much as common ones in training (`--class-weights balanced`): "
         "a "
         "label is the answer that is right most often when every class is taken to be equally "
         "common, so it may name a class whose probability is below one half. Probabilities are "
         "those of the data as they are.\n";
}

std::string where_it_is_weak(const ModelCardInput& input) {
  const data::Schema& schema = input.result.model.schema();
  const auto rows = input.result.model.conformer().from_table(input.held_out);
  const auto truth = truth_of(input.held_out, schema);
  const auto weak = weak_segments({schema, rows, input.result.held_out_predictions, truth});
  if (weak.empty())
    return "No group of 50 or more held-out rows is clearly worse off than the others. Groups are "
           "the values of each column, or the quarters of its range.\n";
  std::string text =
      "Groups of held-out rows whose answers are clearly worse than those for all other rows; take "
      "answers there with more care:\n\n| rows where | how many | there | elsewhere |\n"
      "|---|---|---|---|\n";
  for (const auto& segment : weak)
    text +=
        fmt::format("| `{}` {} | {} | {} | {} |\n", segment.column, segment.group, segment.n,
                    error_text(schema, segment.error), error_text(schema, segment.error_elsewhere));
  return text;
}

std::string from_what(const learn::TrainingResult& result) {
  std::vector<learn::FeatureImportance> features = result.importance;
  std::stable_sort(features.begin(), features.end(),
                   [](const auto& a, const auto& b) { return a.importance > b.importance; });
  if (features.size() > kImportantFeatures) features.resize(kImportantFeatures);
  std::string text = fmt::format(
      "The columns that matter most, by how much the score ({}) worsens when the column is "
      "shuffled:\n\n| column | worsening | 95 % interval |\n|---|---|---|\n",
      data::to_string(result.metric.metric));
  for (const auto& feature : features)
    text += fmt::format("| `{}` | {:.4g} | {:.4g} to {:.4g} |\n", feature.feature,
                        feature.importance, feature.lower, feature.upper);
  return text;
}

std::string from_which_data(const ModelCardInput& input) {
  std::string text = fmt::format("{} rows of `{}`.", input.n_rows, input.data_source);
  std::string left_out;
  for (const data::ColumnSchema& column : input.result.model.schema().columns) {
    if (column.role == data::ColumnRole::ignored)
      left_out += fmt::format("- `{}`: {}\n", column.name, column.reason);
  }
  text += left_out.empty() ? " Every column is used.\n" : " Columns left out:\n\n" + left_out;
  std::string noticed;
  for (const auto& warning : input.warnings) {
    const auto* column = input.result.model.schema().find(warning.column);
    const bool said_above = column != nullptr && column->role == data::ColumnRole::ignored;
    if (!said_above) noticed += fmt::format("- {}\n", warning.message);
  }
  return noticed.empty() ? text : text + "\nWhat was noticed about the data:\n\n" + noticed;
}

std::string what_it_is(const learn::TrainingResult& result) {
  std::string text = fmt::format(
      "{}\n\nChosen among {} trials. The best of them, by {} in cross-validation on rows other "
      "than those above:\n\n| learner | {} | share in the model |\n|---|---|---|\n",
      result.model.description(), result.n_trials, data::to_string(result.metric.metric),
      data::to_string(result.metric.metric));
  std::size_t listed = 0;
  for (const auto& entry : result.leaderboard) {
    const bool shown = entry.failure.empty() && (listed < kListedTrials || entry.weight > 0);
    if (!shown) continue;
    ++listed;
    text += fmt::format("| {}{}{} | {:.4g} | {} |\n", entry.learner,
                        entry.params.empty() ? "" : " ", entry.params, entry.score,
                        entry.weight > 0 ? fmt::format("{:.0f} %", 100 * entry.weight) : "");
  }
  return text;
}

std::string how_it_is_watched(const ModelCardInput& input) {
  const auto metric = observe::watched_metric(input.result.model.schema().task);
  return fmt::format(
      "Every answered prediction is logged. `mlops monitor {0}` shows how many there were, how "
      "they compare with the outcomes once these are known (`mlops feedback {0} FILE`), and how "
      "far each column has moved from the rows above. An alarm is raised when {1} falls clearly "
      "behind the score above, or when columns that matter have clearly changed; "
      "`models/{0}/model.yaml` sets the limits.\n",
      input.name, data::to_string(metric));
}

}  // namespace

std::string model_card(const ModelCardInput& input) {
  const learn::TrainingResult& result = input.result;
  const data::Schema& schema = result.model.schema();
  const data::Truth truth = truth_of(input.held_out, schema);
  std::string text = fmt::format("# {}\n\n", input.name);
  const auto section = [&](std::string_view title, const std::string& body) {
    fmt::format_to(std::back_inserter(text), "## {}\n\n{}\n", title, body);
  };
  section("What it predicts", what_it_predicts(schema) + "\n" + about_class_weights(result));
  section("How well", scores_text({result, truth}));
  section("Where it is weak", where_it_is_weak(input));
  section("From what", from_what(result));
  section("From which data", from_which_data(input));
  section("What it is", what_it_is(result));
  section("How to use it", fmt::format("```\nmlops predict {0} FILE\nmlops serve    # then POST "
                                       "/v1/models/{0}/predict\n```\n",
                                       input.name));
  section("How it is watched", how_it_is_watched(input));
  text.pop_back();
  return text;
}

}  // namespace mlops::workflow
