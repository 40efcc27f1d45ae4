#include "workflow/predict.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "data/csv_writer.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// Column names of the output, in order.
std::vector<std::string> output_columns(const PredictReport& report) {
  std::vector<std::string> names{"prediction"};
  if (report.predictions.task == data::Task::regression) {
    names.insert(names.end(), {"lower", "upper"});
  } else {
    for (const std::string& label : report.schema.classes) names.push_back("probability_" + label);
  }
  if (report.contributions) {
    for (const std::size_t index : report.schema.feature_columns())
      names.push_back("contribution_" + report.schema.columns[index].name);
    names.push_back("contribution_base");
  }
  return names;
}

/// The numbers behind the `prediction` column of one row.
std::vector<double> output_numbers(const PredictReport& report, std::size_t row) {
  const data::Predictions& predictions = report.predictions;
  std::vector<double> numbers;
  if (predictions.task == data::Task::regression) {
    numbers = {predictions.lower[row], predictions.upper[row]};
  } else {
    const auto probabilities = predictions.probabilities_of(row);
    numbers.assign(probabilities.begin(), probabilities.end());
  }
  if (report.contributions) {
    const model::Contributions& parts = *report.contributions;
    const auto first = parts.values.begin() + static_cast<std::ptrdiff_t>(row * parts.n_features);
    numbers.insert(numbers.end(), first, first + static_cast<std::ptrdiff_t>(parts.n_features));
    numbers.push_back(parts.base[row]);
  }
  return numbers;
}

std::string number_field(double value) {
  return value == value ? shortest_decimal(value) : std::string();
}

}  // namespace

data::ReadOptions read_options_for(const data::Schema& schema, data::ReadOptions options) {
  for (const data::ColumnSchema& column : schema.columns) {
    const bool text =
        column.kind == data::ColumnKind::category || column.kind == data::ColumnKind::datetime;
    if (text && column.role == data::ColumnRole::feature)
      options.text_columns.push_back(column.name);
  }
  if (!options.missing_markers && !schema.missing_markers.empty())
    options.missing_markers = schema.missing_markers;
  if (!options.decimal && schema.decimal != '.') options.decimal = schema.decimal;
  return options;
}

PredictReport predict(const PredictConfig& config, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const ResolvedVersion target = resolve(registry, config.reference);
  const LoadedVersion loaded = load_version(registry, target.name, target.version);
  const data::ReadResult read =
      data::read_table(config.data, read_options_for(loaded.model.schema(), config.read));
  data::ConformedRows rows = loaded.model.conformer().from_table(read.table);

  PredictReport report{.model = target.name,
                       .version = target.version,
                       .schema = loaded.model.schema(),
                       .predictions = loaded.model.predict(rows)};
  if (config.explain == Explain::yes) report.contributions = loaded.model.explain(rows);
  report.issues = std::move(rows.issues);
  return report;
}

std::string predictions_csv(const PredictReport& report) {
  std::string text;
  data::append_csv_record(text, output_columns(report));
  for (std::size_t row = 0; row < report.predictions.n_rows; ++row) {
    const bool regression = report.predictions.task == data::Task::regression;
    data::append_csv_field(text, regression
                                     ? number_field(report.predictions.values[row])
                                     : report.schema.classes[report.predictions.labels[row]]);
    for (const double number : output_numbers(report, row)) text += ',' + number_field(number);
    text += '\n';
  }
  return text;
}

std::string predictions_jsonl(const PredictReport& report) {
  const std::vector<std::string> names = output_columns(report);
  std::string text;
  for (std::size_t row = 0; row < report.predictions.n_rows; ++row) {
    Json object = Json::object();
    if (report.predictions.task == data::Task::regression) {
      object[names[0]] = json_number(report.predictions.values[row]);
    } else {
      object[names[0]] = report.schema.classes[report.predictions.labels[row]];
    }
    const std::vector<double> numbers = output_numbers(report, row);
    for (std::size_t i = 0; i < numbers.size(); ++i) object[names[i + 1]] = json_number(numbers[i]);
    text += dump_json(object) + '\n';
  }
  return text;
}

}  // namespace mlops::workflow
