#include "workflow/model_card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace mlops::workflow {
namespace {

constexpr std::size_t kImportantFeatures = 8;

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
                     schema.classes.size(), schema.target, fmt::join(schema.classes, ", "));
}

std::string metric_row(const data::MetricValue& value) {
  return fmt::format("| {} | {:.4g} | {:.4g} to {:.4g} | {} |\n", data::to_string(value.metric),
                     value.value, value.lower, value.upper, value.n);
}

std::string how_well(const learn::TrainingResult& result) {
  std::string text =
      "Scored on rows that no decision during training has seen. The interval is where the true "
      "score lies with 95 % confidence.\n\n| score | value | 95 % interval | rows |\n"
      "|---|---|---|---|\n";
  for (const data::MetricValue& value : result.metrics) text += metric_row(value);
  text += fmt::format(
      "\nWithout looking at any column, always giving the same answer, {} would be {:.4g}; the "
      "model reaches {:.4g}.\n",
      data::to_string(result.dummy.metric), result.dummy.value, result.metric.value);
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

std::string left_out(const data::Schema& schema) {
  std::string text;
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role != data::ColumnRole::ignored) continue;
    text += fmt::format("- `{}`: {}\n", column.name, column.reason);
  }
  return text.empty() ? "Nothing.\n" : text;
}

}  // namespace

std::string model_card(const ModelCardInput& input) {
  const learn::TrainingResult& result = input.result;
  const data::Schema& schema = result.model.schema();
  std::string text = fmt::format("# {}\n\n", input.name);
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "## What it predicts\n\n{}\n\n", what_it_predicts(schema));
  fmt::format_to(out, "## How well\n\n{}\n", how_well(result));
  fmt::format_to(out, "## From what\n\n{}\n", from_what(result));
  fmt::format_to(out, "## From which data\n\n{} rows of `{}`. Left out:\n\n{}\n", input.n_rows,
                 input.data_source, left_out(schema));
  fmt::format_to(out, "## What it is\n\n{}\n\n", result.model.description());
  fmt::format_to(out,
                 "## How to use it\n\n```\nmlops predict {0} FILE\nmlops serve    # then POST "
                 "/v1/models/{0}/predict\n```\n\n",
                 input.name);
  fmt::format_to(out,
                 "## How it is watched\n\nEvery answered prediction is logged. `mlops monitor {}` "
                 "shows volume, realized performance where the outcome is known, drift of every "
                 "column against the rows above, and what changed.\n",
                 input.name);
  return text;
}

}  // namespace mlops::workflow
