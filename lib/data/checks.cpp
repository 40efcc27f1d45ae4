#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "data/conform.hpp"
#include "data/inference.hpp"
#include "data/leakage.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

/// Below this every score is mostly luck; chosen by us.
constexpr std::uint64_t kFewRows = 50;
constexpr std::size_t kMostNamedClasses = 20;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 29);
}

/// Rows that repeat an earlier one in every column, by 64-bit hashes.
std::uint64_t count_duplicates(const Table& table) {
  std::vector<std::uint64_t> hashes(table.n_rows, 0);
  for (const TableColumn& column : table.columns) {
    for (std::size_t row = 0; row < table.n_rows; ++row) {
      const std::uint64_t cell = column.is_missing(row) ? UINT64_MAX
                                 : column.numeric
                                     ? std::bit_cast<std::uint64_t>(column.numbers[row] + 0.0)
                                     : std::uint64_t{column.codes[row]};
      hashes[row] = mixed(hashes[row], cell);
    }
  }
  std::sort(hashes.begin(), hashes.end());
  const auto distinct = std::unique(hashes.begin(), hashes.end()) - hashes.begin();
  return table.n_rows - static_cast<std::uint64_t>(distinct);
}

class TrainingChecks {
 public:
  TrainingChecks(const Table& table, const Schema& schema, unsigned n_folds)
      : table_(&table), schema_(&schema), n_folds_(n_folds) {}

  std::vector<Finding> run() {
    check_target();
    check_duplicates();
    for (Finding& finding : find_leakage(*table_, *schema_))
      findings_.push_back(std::move(finding));
    return std::move(findings_);
  }

 private:
  void tell(std::string code, std::string column, std::string message, std::string hint) {
    findings_.push_back({std::move(code), std::move(column), std::move(message), std::move(hint)});
  }

  void check_target() {
    std::uint64_t n_with_target = 0;
    if (schema_->task == Task::regression) {
      const std::vector<double> values = target_values(*table_, *schema_);
      n_with_target = static_cast<std::uint64_t>(std::count_if(
          values.begin(), values.end(), [](double value) { return !std::isnan(value); }));
    } else {
      n_with_target = check_classes(target_classes(*table_, *schema_));
    }
    const std::uint64_t n_without = table_->n_rows - n_with_target;
    if (n_without > 0) {
      tell("data.missing_target", schema_->target,
           fmt::format("{} of {} have no target '{}' and are not trained on", grouped(n_without),
                       counted(table_->n_rows, "row"), schema_->target),
           "");
    }
    if (n_with_target < kFewRows) {
      tell("data.few_rows", "",
           fmt::format("only {} to train on: every score will be uncertain",
                       counted(n_with_target, "row")),
           "collect more rows");
    }
  }

  /// Tells rare classes; returns the rows that have a class.
  std::uint64_t check_classes(const std::vector<std::uint32_t>& classes) {
    std::vector<std::uint64_t> counts(schema_->classes.size(), 0);
    for (const std::uint32_t label : classes) {
      if (label != kMissingCode) ++counts[label];
    }
    std::uint64_t n = 0;
    std::size_t n_told = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      n += counts[i];
      if (counts[i] >= n_folds_ || ++n_told > kMostNamedClasses) continue;
      tell("data.rare_class", schema_->target,
           fmt::format("class '{}' of '{}' has {}, fewer than the {} folds", schema_->classes[i],
                       schema_->target, counted(counts[i], "row"), n_folds_),
           "collect more rows of it, or merge it with another class");
    }
    if (n_told > kMostNamedClasses) {
      tell("data.rare_class", schema_->target,
           fmt::format("{} more classes of '{}' have fewer rows than the {} folds",
                       n_told - kMostNamedClasses, schema_->target, n_folds_),
           "merge rare classes");
    }
    return n;
  }

  void check_duplicates() {
    const std::uint64_t n = count_duplicates(*table_);
    if (n == 0) return;
    tell("data.duplicate_rows", "",
         fmt::format("{} of {} repeat an earlier one in every column", grouped(n),
                     counted(table_->n_rows, "row")),
         "if they are not independent observations, remove them: a random split leaks them");
  }

  const Table* table_;
  const Schema* schema_;
  unsigned n_folds_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_training_data(const Table& table, const Schema& schema,
                                         unsigned n_folds) {
  return TrainingChecks(table, schema, n_folds).run();
}

}  // namespace mlops::data
