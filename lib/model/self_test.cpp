#include "model/self_test.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/json.hpp"

namespace mlops::model {
namespace {

constexpr const char* kFileName = "self_test.json";

/// The numbers of one row's answer.
std::vector<double> answer_of(const data::Predictions& predictions, std::size_t row) {
  if (predictions.task == data::Task::regression)
    return {predictions.values[row], predictions.lower[row], predictions.upper[row]};
  const auto probabilities = predictions.probabilities_of(row);
  return {probabilities.begin(), probabilities.end()};
}

/// A feature's name and its cells, which may be absent.
using NamedColumn = std::pair<std::string_view, const data::TableColumn*>;

/// Looked up once: a table may have 10,000 columns.
std::vector<NamedColumn> columns_of(const data::Schema& schema, const data::Table& table) {
  std::vector<NamedColumn> columns;
  for (const std::size_t index : schema.feature_columns()) {
    const std::string& name = schema.columns[index].name;
    columns.emplace_back(name, table.find(name));
  }
  return columns;
}

Json instance_of(const std::vector<NamedColumn>& columns, std::size_t row) {
  Json instance = Json::object();
  for (const auto& [name, column] : columns) {
    if (column == nullptr || column->is_missing(row)) {
      instance[name] = nullptr;
    } else if (column->numeric) {
      instance[name] = column->numbers[row];
    } else {
      instance[name] = column->text(row);
    }
  }
  return instance;
}

double cell_of(const data::RowConformer& conformer, std::size_t feature, const Json& value,
               std::size_t row, std::vector<data::CellIssue>& issues) {
  if (value.is_number()) return conformer.from_number(feature, value.get<double>(), row, issues);
  if (value.is_string()) return conformer.from_text(feature, value.get<std::string>(), row, issues);
  return std::nan("");
}

data::ConformedRows conform(const Model& model, const Json& instances) {
  const data::RowConformer& conformer = model.conformer();
  data::ConformedRows rows{.n_rows = instances.size(), .n_features = conformer.n_features()};
  for (std::size_t row = 0; row < instances.size(); ++row) {
    const JsonObject instance(instances[row], kFileName);
    for (std::size_t feature = 0; feature < rows.n_features; ++feature) {
      const Json& value = instance.member(conformer.feature_names()[feature]);
      rows.cells.push_back(cell_of(conformer, feature, value, row, rows.issues));
    }
  }
  return rows;
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

[[noreturn]] void fail(std::string_view what) {
  throw Error(ErrorKind::corrupt, "model.self_test_failed",
              fmt::format("the version's self-test failed: {}", what),
              "the version is damaged or was made by another build; the champion stays");
}

}  // namespace

void write_self_test(const Model& model, const data::Table& sample,
                     const std::filesystem::path& directory) {
  const data::Predictions predictions = model.predict(model.conformer().from_table(sample));
  Json instances = Json::array();
  Json answers = Json::array();
  const auto columns = columns_of(model.schema(), sample);
  for (std::size_t row = 0; row < sample.n_rows; ++row) {
    instances.push_back(instance_of(columns, row));
    Json answer = Json::array();
    for (const double number : answer_of(predictions, row)) answer.push_back(json_number(number));
    answers.push_back(std::move(answer));
  }
  const Json document{{"instances", instances}, {"answers", answers}};
  write_new_file(directory / kFileName, dump_json(document) + "\n");
}

void run_self_test(const Model& model, const std::filesystem::path& directory) {
  const Json document = parse_json(read_file(directory / kFileName), kFileName);
  const JsonObject root(document, kFileName);
  const Json& answers = root.array("answers");
  const data::ConformedRows rows = conform(model, root.array("instances"));
  if (answers.size() != rows.n_rows) fail("rows and answers differ in number");
  const data::Predictions predictions = model.predict(rows);
  for (std::size_t row = 0; row < rows.n_rows; ++row) {
    const std::vector<double> now = answer_of(predictions, row);
    if (!answers[row].is_array() || answers[row].size() != now.size())
      fail(fmt::format("row {} has another number of answers", row));
    for (std::size_t i = 0; i < now.size(); ++i) {
      const double stored =
          answers[row][i].is_number() ? answers[row][i].get<double>() : std::nan("");
      if (!same_bits(stored, now[i]))
        fail(fmt::format("row {}: stored {}, now {}", row, stored, now[i]));
    }
  }
}

}  // namespace mlops::model
