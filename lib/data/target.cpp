#include "data/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "data/cell_look.hpp"
#include "data/missing.hpp"
#include "data/number_text.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

/// More whole numbers than this are amounts unless the caller says otherwise; chosen by us.
constexpr std::uint64_t kMostAssumedClasses = 20;
/// More classes than this are refused: a text that is free, not a label; chosen by us.
constexpr std::uint64_t kMostClasses = 1000;

[[noreturn]] void fail(std::string code, const std::string& message, std::string hint) {
  throw Error(ErrorKind::invalid_data, std::move(code), message, std::move(hint));
}

/// 0, 1, 2 ... or 1, 2, 3 ... without a gap.
bool are_like_labels(const ColumnFacts& facts) {
  return facts.integral && (facts.minimum == 0 || facts.minimum == 1) &&
         facts.n_distinct <= kMostAssumedClasses &&
         facts.maximum - facts.minimum + 1 == static_cast<double>(facts.n_distinct);
}

class TargetJudge {
 public:
  TargetJudge(const TableColumn& column, const ColumnFacts& facts, const InferenceOptions& options,
              std::vector<Finding>& findings)
      : column_(&column), facts_(&facts), options_(&options), findings_(&findings) {}

  TargetVerdict judge() {
    refuse_unlearnable();
    TargetVerdict verdict;
    verdict.task = task();
    if (verdict.task == Task::regression) {
      verdict.reason = "numbers";
      return regression(std::move(verdict));
    }
    verdict.classes = labels();
    order_for_positive(verdict);
    const bool pair = verdict.classes.size() == 2 && is_pair(verdict.classes);
    verdict.kind = pair               ? ColumnKind::boolean
                   : column_->numeric ? ColumnKind::number
                                      : ColumnKind::category;
    verdict.reason = fmt::format("{} classes", verdict.classes.size());
    return verdict;
  }

 private:
  void refuse_unlearnable() const {
    if (facts_->n_present() == 0) {
      fail("data.target_missing_everywhere",
           fmt::format("the target '{}' is missing in every row", column_->name),
           "name the column to predict with --target");
    }
    if (facts_->n_distinct == 1) {
      fail("data.target_one_class",
           fmt::format("the target '{}' is always \"{}\": there is nothing to learn", column_->name,
                       shown(facts_->examples.front())),
           "train on rows that show more than one outcome");
    }
  }

  Task task() {
    const Task classes = facts_->n_distinct == 2 ? Task::binary : Task::multiclass;
    if (options_->task) return asked_task(*options_->task);
    const auto kind = options_->kinds.find(column_->name);
    if (kind != options_->kinds.end() && kind->second == ColumnKind::number)
      return Task::regression;
    const bool fixed = kind != options_->kinds.end();
    if (!column_->numeric || facts_->n_distinct == 2 || fixed) return classes;
    if (!facts_->integral || facts_->n_distinct > kMostAssumedClasses) return Task::regression;
    const bool labels = are_like_labels(*facts_);
    findings_->push_back(
        {"data.task_assumed", column_->name,
         fmt::format(
             "the target '{}' has {} different whole numbers ({} to {}); they are taken as {}",
             column_->name, facts_->n_distinct, number_as_text(facts_->minimum),
             number_as_text(facts_->maximum), labels ? "classes" : "amounts"),
         labels ? "if they are amounts: --task regression"
                : "if they are classes: --task multiclass"});
    return labels ? classes : Task::regression;
  }

  Task asked_task(Task asked) const {
    if (asked == Task::binary && facts_->n_distinct != 2) {
      fail("data.target_not_binary",
           fmt::format("the target '{}' has {} different values, a binary task needs 2",
                       column_->name, grouped(facts_->n_distinct)),
           "say --task multiclass, or leave the task to be inferred");
    }
    if (asked == Task::multiclass && facts_->n_distinct == 2) return Task::binary;
    return asked;
  }

  TargetVerdict regression(TargetVerdict verdict) const {
    if (options_->positive) refuse_positive(verdict.task);
    if (column_->numeric) return verdict;
    const auto& texts = column_->dictionary;
    const NumberFormat format{column_->decimal, column_->thousands.value_or('\0')};
    const auto bad = std::find_if(texts.begin(), texts.end(), [&](const std::string& text) {
      return !parse_number(text, format);
    });
    if (bad != texts.end()) {
      fail("data.target_not_numeric",
           fmt::format("regression needs numbers, but the target '{}' has \"{}\"", column_->name,
                       shown(*bad)),
           "say --task multiclass, or name another --target");
    }
    return verdict;
  }

  std::vector<std::string> labels() const {
    if (facts_->n_distinct > kMostClasses) {
      fail("data.target_too_many_classes",
           fmt::format("the target '{}' has {} different {}", column_->name,
                       grouped(facts_->n_distinct), column_->numeric ? "numbers" : "texts"),
           column_->numeric ? "say --task regression, or name another --target"
                            : "name another --target");
    }
    std::vector<std::string> labels = column_->numeric ? number_levels_by_frequency(*column_)
                                                       : levels_by_frequency(*column_, *facts_);
    const bool unique = facts_->n_distinct * 2 > facts_->n_present();
    if (unique && facts_->n_present() >= 20) {
      fail("data.target_too_many_classes",
           fmt::format("the target '{}' is different in most rows: that is no class label",
                       column_->name),
           "name another --target");
    }
    sort_labels(labels);
    return labels;
  }

  static bool is_pair(const std::vector<std::string>& classes) {
    const TruthPair first = truth_pair_of(classes[0]);
    const TruthPair second = truth_pair_of(classes[1]);
    return first.known() && first.no == second.no;
  }

  void order_for_positive(TargetVerdict& verdict) const {
    auto& classes = verdict.classes;
    if (classes.size() == 2 && is_pair(classes)) {
      const TruthPair pair = truth_pair_of(classes[0]);
      if (equal_without_case(classes[0], pair.yes)) std::swap(classes[0], classes[1]);
    }
    if (!options_->positive) return;
    if (verdict.task != Task::binary) refuse_positive(verdict.task);
    const auto found = std::find(classes.begin(), classes.end(), *options_->positive);
    if (found == classes.end()) {
      throw Error(ErrorKind::not_found, "data.label_not_found",
                  fmt::format("the target '{}' has no label '{}', only '{}' and '{}'",
                              column_->name, *options_->positive, classes[0], classes[1]),
                  did_you_mean(*options_->positive, classes));
    }
    if (found == classes.begin()) std::swap(classes[0], classes[1]);
  }

  [[noreturn]] void refuse_positive(Task task) const {
    throw Error(ErrorKind::invalid_argument, "data.positive_without_binary",
                fmt::format("there is no positive label in a {} task", to_string(task)),
                "leave --positive out");
  }

  const TableColumn* column_;
  const ColumnFacts* facts_;
  const InferenceOptions* options_;
  std::vector<Finding>* findings_;
};

}  // namespace

void sort_labels(std::vector<std::string>& labels) {
  const bool numbers = std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
    return parse_number(label).has_value();
  });
  std::sort(labels.begin(), labels.end(), [&](const std::string& a, const std::string& b) {
    if (!numbers) return a < b;
    const double x = *parse_number(a);
    const double y = *parse_number(b);
    return x != y ? x < y : a < b;
  });
}

TargetVerdict judge_target(const TableColumn& column, const ColumnFacts& facts,
                           const InferenceOptions& options, std::vector<Finding>& findings) {
  return TargetJudge(column, facts, options, findings).judge();
}

}  // namespace mlops::data
