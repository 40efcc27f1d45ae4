// What the columns of a table mean: kinds, roles, levels, ranges, and what is to be predicted.
// Inferred once at training, stored with the version, and the single description by which a CSV
// row and a JSON row become the same cells (conform.hpp). No reading, no inference here.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace mlops::data {

/// What a column holds. Part of the on-disk format: add, never rename.
enum class ColumnKind { number, boolean, category, datetime, text, identifier, constant };

std::string_view to_string(ColumnKind kind) noexcept;
std::optional<ColumnKind> parse_column_kind(std::string_view text) noexcept;

/// What a column is used for. Part of the on-disk format: add, never rename.
enum class ColumnRole { feature, target, weight, ignored };

std::string_view to_string(ColumnRole role) noexcept;
std::optional<ColumnRole> parse_column_role(std::string_view text) noexcept;

/// What is predicted. Part of the on-disk format: add, never rename.
enum class Task { binary, multiclass, regression };

std::string_view to_string(Task task) noexcept;
std::optional<Task> parse_task(std::string_view text) noexcept;

/// One column as the training data showed it.
struct ColumnSchema {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  ColumnRole role = ColumnRole::feature;
  /// Why this kind or role was inferred, for people: "unique in every row".
  std::string reason;
  /// number: every value was a whole number.
  bool integral = false;
  /// number and datetime (seconds since the epoch): training range; NaN when nothing was present.
  double minimum = std::numeric_limits<double>::quiet_NaN();
  double maximum = std::numeric_limits<double>::quiet_NaN();
  /// category: the levels, most frequent first, ties by name. boolean: the spellings of false and
  /// of true, in that order ("No", "Yes"). Otherwise empty.
  std::vector<std::string> categories;
  /// datetime: the format found, as data::datetime names it ("%Y-%m-%d"). Otherwise empty.
  std::string datetime_format;
  /// number: how its cells are written as text, '.' or ','.
  char decimal = '.';
  /// number: what groups thousands in text; nothing when nothing does.
  std::optional<char> thousands;
  std::uint64_t n_missing = 0;
  /// Different present values; exact up to 65,536, above that an estimate within about 2 %.
  std::uint64_t n_distinct = 0;
  /// Up to three values as they stood in the file.
  std::vector<std::string> examples;
};

/// A table's columns and its target.
struct Schema {
  /// Every column of the training table in file order, the ignored ones too.
  std::vector<ColumnSchema> columns;
  /// Name of the target column; empty before a target is chosen (`inspect`).
  std::string target;
  Task task = Task::regression;
  /// Classification: class labels as spelled in the file, in the order of probability columns:
  /// numeric labels by value, others by name; binary: the positive class is the second.
  std::vector<std::string> classes;
  /// Cells (after trimming) that mean "missing", beside the empty cell.
  std::vector<std::string> missing_markers;
  /// '.' or ','.
  char decimal = '.';

  /// Indices into `columns` whose role is feature, ascending: the order of conformed cells.
  [[nodiscard]] std::vector<std::size_t> feature_columns() const;
  /// Binary: classes[1]. Otherwise empty.
  [[nodiscard]] std::string positive() const;
  /// The column of that name, or nothing.
  [[nodiscard]] const ColumnSchema* find(std::string_view name) const noexcept;
};

/// The JSON form stored as schema.json and back. `from_json` throws corrupt on a wrong shape.
[[nodiscard]] Json to_json(const Schema& schema);
[[nodiscard]] Schema schema_from_json(const Json& json);

}  // namespace mlops::data
