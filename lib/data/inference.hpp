// Table -> schema: what kind each column is, what is the target, which task. Every decision leaves
// a reason; every decision can be overridden.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/finding.hpp"
#include "data/reader.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"

namespace mlops::data {

/// What the user said; anything absent is inferred.
struct InferenceOptions {
  std::optional<std::string> target;
  std::optional<Task> task;
  std::optional<std::string> positive;      ///< label of the positive class (binary)
  std::optional<std::string> weights;       ///< column of row weights
  std::vector<std::string> keep;            ///< use although it looks like an id, text or constant
  std::vector<std::string> drop;            ///< never use
  std::map<std::string, ColumnKind> kinds;  ///< fixed kinds
  /// Formats (data/datetime.hpp) of columns whose fixed kind is datetime.
  std::map<std::string, std::string> datetime_formats;
  /// False for `inspect` without --target: kinds only, no target, no task.
  bool choose_target = true;
};

struct InferenceResult {
  Schema schema;
  std::vector<Finding> findings;
};

/// Decides. The findings name every column that is left out or read in a doubtful way
/// (data.identifier_like, data.constant, data.free_text, data.mixed_dates, data.ambiguous_date,
/// data.not_a_number) and every choice about the target (data.target_assumed, data.task_assumed).
///
/// Throws not_found ("data.column_not_found", with did-you-mean) for a column that is not there,
/// invalid_argument for options that contradict each other or the last column being no target,
/// invalid_data when the target cannot be learnt (one class only, all missing, not numeric).
[[nodiscard]] InferenceResult infer_schema(const Table& table, const Dialect& dialect,
                                           const InferenceOptions& options);

/// The checks that compare rows: duplicate rows (data.duplicate_rows), target leakage
/// (data.target_leakage), classes with fewer rows than folds (data.rare_class), missing target
/// (data.missing_target), too few rows (data.few_rows). `n_folds` is what a class needs. Rows
/// without a target count for nothing but data.missing_target.
[[nodiscard]] std::vector<Finding> check_training_data(const Table& table, const Schema& schema,
                                                       unsigned n_folds);

}  // namespace mlops::data
