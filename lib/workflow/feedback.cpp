#include "workflow/feedback.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "data/reader.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

const data::TableColumn& column_of(const data::Table& table, const std::string& name) {
  const data::TableColumn* column = table.find(name);
  if (column != nullptr) return *column;
  throw Error(ErrorKind::not_found, "feedback.column_not_found",
              fmt::format("column '{}' is not in the file", name),
              fmt::format("{} columns are {}; name others with --id-column and --actual-column",
                          did_you_mean(name, table.names()), fmt::join(table.names(), ", ")));
}

std::string actual_column(const FeedbackConfig& config, const data::Table& table,
                          const data::Schema& schema) {
  if (config.actual_column) return *config.actual_column;
  return table.find("actual") != nullptr ? "actual" : schema.target;
}

/// Refuses the whole file at the first truth that the model could never have meant.
void check_truth(const data::Table& table, const std::string& column, const data::Schema& schema) {
  const data::TableColumn& cells = column_of(table, column);
  if (schema.task == data::Task::regression) {
    if (cells.numeric) return;
    throw Error(ErrorKind::invalid_data, "feedback.not_a_number",
                fmt::format("column '{}' holds text, but '{}' is a number", column, schema.target));
  }
  const std::vector<std::uint32_t> classes = [&] {
    data::Table truth{.columns = {cells}, .n_rows = table.n_rows};
    truth.columns[0].name = schema.target;
    return data::target_classes(truth, schema);
  }();
  for (std::size_t row = 0; row < classes.size(); ++row) {
    if (classes[row] != data::kMissingCode || cells.is_missing(row)) continue;
    const std::string text = cells.text(row);
    throw Error(ErrorKind::invalid_data, "feedback.unknown_class",
                fmt::format("record {}, column '{}': '{}' is not a class of '{}'", row + 1, column,
                            text, schema.target),
                fmt::format("{} classes are {}", did_you_mean(text, schema.classes),
                            fmt::join(schema.classes, ", ")));
  }
}

}  // namespace

FeedbackReport feedback(const FeedbackConfig& config, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const ResolvedVersion target = resolve(registry, config.model);
  const data::Schema schema = watched_version(registry, target.name, target.version).schema;
  const data::ReadResult read = data::read_table(config.data, {.text_columns = {config.id_column}});
  const data::TableColumn& ids = column_of(read.table, config.id_column);
  const std::string truth_name = actual_column(config, read.table, schema);
  const data::TableColumn& truth = column_of(read.table, truth_name);
  check_truth(read.table, truth_name, schema);

  FeedbackReport report{.model = target.name};
  std::vector<observe::Feedback> items;
  items.reserve(read.table.n_rows);
  for (std::size_t row = 0; row < read.table.n_rows; ++row) {
    if (truth.is_missing(row)) {
      ++report.n_without_truth;
    } else {
      items.push_back({ids.text(row), truth.text(row)});
    }
  }
  observe::ObservationStore store(registry.observations_path(target.name),
                                  SqliteOpen::read_write_create, observe::LogSync::full);
  report.result = store.record_feedback(items, environment.clock.now());
  return report;
}

}  // namespace mlops::workflow
