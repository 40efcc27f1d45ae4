#include "learn/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/suggest.hpp"

namespace mlops::learn {

namespace {

using data::ColumnKind;
using data::ColumnRole;

constexpr std::size_t kFewestRows = 3;

/// Cells of one column, whatever its role, as if it were the only feature.
std::vector<double> cells_of_column(const data::Table& table, data::Schema schema,
                                    const std::string& name) {
  for (auto& column : schema.columns) {
    column.role = column.name == name ? ColumnRole::feature : ColumnRole::ignored;
  }
  return data::RowConformer(schema).from_table(table).cells;
}

/// Rank of each row's text in the order of the texts: right for ISO dates, whatever else they are.
std::vector<double> text_ranks(const data::TableColumn& column) {
  std::vector<std::uint32_t> order(column.dictionary.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return column.dictionary[a] < column.dictionary[b];
  });
  std::vector<double> rank(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = static_cast<double>(i);
  std::vector<double> ranks(column.codes.size(), std::nan(""));
  for (std::size_t row = 0; row < ranks.size(); ++row) {
    if (column.codes[row] != data::kMissingCode) ranks[row] = rank[column.codes[row]];
  }
  return ranks;
}

std::vector<double> read_time(const data::Table& table, const data::Schema& schema,
                              const std::string& name) {
  const auto* column = table.find(name);
  if (column == nullptr) {
    throw Error(ErrorKind::not_found, "data.column_not_found",
                fmt::format("there is no time column '{}'", name),
                did_you_mean(name, table.names()));
  }
  const auto* described = schema.find(name);
  std::vector<double> time;
  if (described != nullptr && described->kind == ColumnKind::datetime) {
    time = cells_of_column(table, schema, name);
  } else {
    time = column->numeric ? column->numbers : text_ranks(*column);
  }
  for (auto& value : time) {
    if (std::isnan(value)) value = -std::numeric_limits<double>::infinity();
  }
  return time;
}

const data::TableColumn* weight_column(const data::Table& table, const data::Schema& schema) {
  for (const auto& column : schema.columns) {
    if (column.role == ColumnRole::weight) return table.find(column.name);
  }
  return nullptr;
}

/// What every row of the table has, before rows are left out.
struct RawRows {
  std::vector<std::uint32_t> classes;
  std::vector<double> values;
  std::vector<double> weights;
  std::vector<double> time;

  [[nodiscard]] bool has_target(std::size_t row) const {
    return classes.empty() ? std::isfinite(values[row]) : classes[row] != data::kMissingCode;
  }
  /// A weight of zero says "do not use"; a missing one cannot be used.
  [[nodiscard]] bool has_weight(std::size_t row) const {
    return weights.empty() || weights[row] > 0;
  }
};

std::vector<double> read_weights(const data::Table& table, const data::Schema& schema) {
  const auto* column = weight_column(table, schema);
  if (column == nullptr) return {};
  if (!column->numeric) {
    throw Error(ErrorKind::invalid_data, "learn.bad_weight",
                fmt::format("weight column '{}' is not numeric", column->name));
  }
  for (std::size_t row = 0; row < column->numbers.size(); ++row) {
    if (column->numbers[row] < 0) {
      throw Error(ErrorKind::invalid_data, "learn.bad_weight",
                  fmt::format("weight column '{}' has a negative weight {} in row {}", column->name,
                              column->numbers[row], row + 1));
    }
  }
  return column->numbers;
}

RawRows read_rows(const data::Table& table, const data::Schema& schema,
                  const std::optional<std::string>& time_column) {
  RawRows raw;
  if (schema.task == data::Task::regression) {
    raw.values = data::target_values(table, schema);
  } else {
    raw.classes = data::target_classes(table, schema);
  }
  raw.weights = read_weights(table, schema);
  if (time_column) raw.time = read_time(table, schema, *time_column);
  return raw;
}

std::vector<std::size_t> usable_rows(const RawRows& raw, std::size_t n_rows,
                                     const std::string& target,
                                     std::vector<data::Finding>& findings) {
  std::vector<std::size_t> kept;
  std::size_t n_without_target = 0;
  std::size_t n_without_weight = 0;
  for (std::size_t row = 0; row < n_rows; ++row) {
    if (!raw.has_target(row)) {
      ++n_without_target;
    } else if (!raw.has_weight(row)) {
      ++n_without_weight;
    } else {
      kept.push_back(row);
    }
  }
  if (n_without_target > 0) {
    findings.push_back(
        {"learn.missing_target", target,
         fmt::format("{} of {} rows have no target and were left out", n_without_target, n_rows),
         ""});
  }
  if (n_without_weight > 0) {
    findings.push_back({"learn.missing_weight", "",
                        fmt::format("{} of {} rows have no weight above 0 and were left out",
                                    n_without_weight, n_rows),
                        ""});
  }
  return kept;
}

template <typename T>
std::vector<T> pick(const std::vector<T>& values, const std::vector<std::size_t>& rows) {
  std::vector<T> picked;
  if (values.empty()) return picked;
  picked.reserve(rows.size());
  for (const auto row : rows) picked.push_back(values[row]);
  return picked;
}

void require_learnable(const Dataset& dataset) {
  const auto& target = dataset.schema.target;
  if (dataset.n_features() == 0) {
    throw Error(ErrorKind::invalid_data, "learn.no_features", "no column is left to predict from",
                "keep a column with --keep, or look at the kinds with 'mlops inspect'");
  }
  if (dataset.size() < kFewestRows) {
    throw Error(ErrorKind::invalid_data, "learn.too_few_rows",
                fmt::format("only {} rows have a target '{}', at least {} are needed",
                            dataset.size(), target, kFewestRows));
  }
  const auto& classes = dataset.truth.classes;
  if (dataset.n_classes > 0 && std::equal(classes.begin() + 1, classes.end(), classes.begin())) {
    throw Error(ErrorKind::invalid_data, "learn.one_class",
                fmt::format("every row of target '{}' is '{}'", target,
                            dataset.schema.classes[classes.front()]),
                "at least two classes are needed");
  }
}

}  // namespace

Dataset make_dataset(const data::Table& table, const data::Schema& schema,
                     const std::optional<std::string>& time_column,
                     std::vector<data::Finding>& findings) {
  Dataset dataset;
  dataset.task = schema.task;
  dataset.n_classes = schema.task == data::Task::regression ? 0 : schema.classes.size();
  dataset.schema = schema;
  dataset.feature_columns = schema.feature_columns();
  const auto raw = read_rows(table, schema, time_column);
  dataset.table_rows = usable_rows(raw, table.n_rows, schema.target, findings);
  dataset.cells = {data::RowConformer(schema), table, dataset.table_rows};
  dataset.truth.classes = pick(raw.classes, dataset.table_rows);
  dataset.truth.values = pick(raw.values, dataset.table_rows);
  dataset.weights = pick(raw.weights, dataset.table_rows);
  dataset.time = pick(raw.time, dataset.table_rows);
  require_learnable(dataset);
  return dataset;
}

data::Truth truth_of(const Dataset& dataset, const std::vector<std::uint32_t>& rows) {
  data::Truth truth;
  for (const auto row : rows) {
    if (dataset.n_classes > 0) {
      truth.classes.push_back(dataset.truth.classes[row]);
    } else {
      truth.values.push_back(dataset.truth.values[row]);
    }
  }
  return truth;
}

data::ConformedRows cells_of(const Dataset& dataset, const std::vector<std::uint32_t>& rows) {
  data::ConformedRows picked;
  picked.n_rows = rows.size();
  picked.n_features = dataset.n_features();
  picked.cells.resize(rows.size() * picked.n_features);
  dataset.cells.copy_rows(rows, picked.cells);
  return picked;
}

}  // namespace mlops::learn
