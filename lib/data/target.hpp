// What is to be predicted: the task and its class labels.
#pragma once

#include <string>
#include <vector>

#include "data/column_facts.hpp"
#include "data/finding.hpp"
#include "data/inference.hpp"
#include "data/schema.hpp"

namespace mlops::data {

/// Task and labels of a target column.
struct TargetVerdict {
  Task task = Task::regression;
  std::vector<std::string> classes;  ///< empty for regression
  ColumnKind kind = ColumnKind::number;
  std::string reason;
};

/// Texts and pairs are classes. Two different numbers are classes; more whole numbers are classes
/// when they are 0, 1, 2 ... or 1, 2, 3 ... without a gap and at most 20 (data.task_assumed tells
/// so), otherwise amounts; so are fractions. Options override.
///
/// Labels are ordered by value when all are numbers, else by name; of a known pair the affirmative
/// one is second, and so is options.positive.
///
/// Throws invalid_data: data.target_missing_everywhere, data.target_one_class,
/// data.target_not_numeric, data.target_too_many_classes; not_found: data.label_not_found;
/// invalid_argument: data.positive_without_binary.
[[nodiscard]] TargetVerdict judge_target(const TableColumn& column, const ColumnFacts& facts,
                                         const InferenceOptions& options,
                                         std::vector<Finding>& findings);

/// Sorts labels: by value when all are numbers, else by name.
void sort_labels(std::vector<std::string>& labels);

}  // namespace mlops::data
