#include "workflow/predict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.hpp"
#include "data/csv_writer.hpp"
#include "data/read_wishes.hpp"
#include "data/row_errors.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

constexpr std::size_t kNamedColumns = 5;

bool is_unreadable(const data::CellIssue& issue) {
  return issue.code == data::CellIssueCode::not_a_number ||
         issue.code == data::CellIssueCode::not_finite;
}

std::string listed(const std::vector<std::string>& names) {
  const std::vector<std::string> some(
      names.begin(),
      names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNamedColumns)));
  return fmt::format("{}{}", fmt::join(some, ", "), names.size() > some.size() ? " ..." : "");
}

/// A file of something else would be scored as nothing but missing cells.
void refuse_strangers(const data::ReadResult& read, const data::RowConformer& conformer,
                      const PredictConfig& config) {
  const auto& features = conformer.feature_names();
  const bool any = std::any_of(features.begin(), features.end(), [&](const std::string& name) {
    return read.table.find(name) != nullptr;
  });
  if (any || features.empty()) return;
  throw Error(ErrorKind::invalid_data, "predict.no_known_column",
              fmt::format("{} has none of the columns of {}: it has {}, the model needs {}",
                          config.data.string(), config.reference, listed(read.table.names()),
                          listed(features)),
              read.dialect.header ? "score a file with the columns that the model was trained on"
                                  : "the file has no header: put one above its first line, or say "
                                    "--header yes if it is one");
}

/// Cells that are not of their column's kind, by `--on-bad-row`: refused, their rows left out, or
/// missing.
data::ConformedRows conform(data::ReadResult& read, const data::RowConformer& conformer,
                            data::OnBadRow on_bad_row) {
  data::ConformedRows rows = conformer.from_table(read.table);
  std::set<std::uint64_t> bad_rows;
  const data::CellIssue* first = nullptr;
  std::size_t n_bad = 0;
  for (const data::CellIssue& issue : rows.issues) {
    if (!is_unreadable(issue)) continue;
    if (n_bad++ == 0) first = &issue;
    bad_rows.insert(issue.row);
  }
  if (first == nullptr || on_bad_row == data::OnBadRow::missing) return rows;
  const std::string sentence = fmt::format(
      "row {}, column '{}': \"{}\" cannot be read as the column's kind{}", first->row + 1,
      first->column, first->value, n_bad > 1 ? fmt::format(" (and {} more)", n_bad - 1) : "");
  if (on_bad_row == data::OnBadRow::fail)
    throw Error(ErrorKind::invalid_data, "predict.bad_cell", sentence,
                "--on-bad-row missing scores the row without the cell");
  read.findings.push_back({"predict.bad_cell", first->column, sentence + "; left out", ""});
  read.table = data::without_rows(read.table, bad_rows);
  return conformer.from_table(read.table);
}

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

PredictReport predict(const PredictConfig& config, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const ResolvedVersion target = resolve(registry, config.reference);
  const LoadedVersion loaded = load_version(registry, target.name, target.version);
  const data::RowConformer& conformer = loaded.model.conformer();
  data::ReadResult read =
      data::read_table(config.data, data::read_to_fit(config.read, loaded.model.schema()));
  refuse_strangers(read, conformer, config);
  data::ConformedRows rows = conform(read, conformer, config.read.on_bad_row);

  PredictReport report{.model = target.name,
                       .version = target.version,
                       .schema = loaded.model.schema(),
                       .predictions = loaded.model.predict(rows)};
  if (config.explain == Explain::yes) report.contributions = loaded.model.explain(rows);
  report.issues = std::move(rows.issues);
  report.findings = std::move(read.findings);
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
