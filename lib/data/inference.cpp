#include "data/inference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "data/column_facts.hpp"
#include "data/column_kind.hpp"
#include "data/target.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_usable(ColumnKind kind) {
  return kind != ColumnKind::identifier && kind != ColumnKind::text && kind != ColumnKind::constant;
}

std::string_view code_of(ColumnKind kind) {
  if (kind == ColumnKind::identifier) return "data.identifier_like";
  return kind == ColumnKind::text ? "data.free_text" : "data.constant";
}

std::string_view look_of(ColumnKind kind) {
  if (kind == ColumnKind::identifier) return "looks like an identifier";
  return kind == ColumnKind::text ? "looks like free text" : "is constant";
}

class SchemaInference {
 public:
  SchemaInference(const Table& table, const Dialect& dialect, const InferenceOptions& options)
      : table_(&table), dialect_(&dialect), options_(&options) {}

  InferenceResult infer() {
    check_names();
    for (const TableColumn& column : table_->columns) {
      facts_.push_back(facts_of(column));
      schema().columns.push_back(infer_column(column, facts_.back()));
    }
    schema().missing_markers = dialect_->missing_markers;
    schema().decimal = dialect_->decimal;
    if (options_->weights) set_weights(*options_->weights);
    if (options_->target || options_->choose_target) set_target(choose_target());
    note_left_out();
    return std::move(result_);
  }

 private:
  Schema& schema() { return result_.schema; }
  std::vector<Finding>& findings() { return result_.findings; }

  std::size_t index_of(const std::string& name) const {
    const auto& columns = table_->columns;
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const TableColumn& column) { return column.name == name; });
    if (found == columns.end()) {
      const std::vector<std::string> names = table_->names();
      const std::string suggestion = did_you_mean(name, names);
      throw Error(ErrorKind::not_found, "data.column_not_found",
                  fmt::format("there is no column '{}' among the {}", name, names.size()),
                  suggestion.empty() ? "`mlops inspect` lists the columns" : suggestion);
    }
    return static_cast<std::size_t>(found - columns.begin());
  }

  void check_names() const {
    for (const auto* names : {&options_->keep, &options_->drop}) {
      for (const std::string& name : *names) (void)index_of(name);
    }
    for (const auto& [name, kind] : options_->kinds) (void)index_of(name);
    for (const std::string& name : options_->drop) {
      if (contains(options_->keep, name)) contradict(name, "kept and dropped");
      if (options_->target == name) contradict(name, "the target and dropped");
      if (options_->weights == name) contradict(name, "the weights and dropped");
    }
    if (options_->target && options_->weights == options_->target) {
      contradict(*options_->target, "the target and the weights");
    }
  }

  [[noreturn]] static void contradict(const std::string& name, std::string_view what) {
    throw Error(ErrorKind::invalid_argument, "data.contradiction",
                fmt::format("column '{}' cannot be {} at once", name, what));
  }

  ColumnSchema infer_column(const TableColumn& column, const ColumnFacts& facts) {
    const bool dropped = contains(options_->drop, column.name);
    const auto fixed = options_->kinds.find(column.name);
    if (fixed != options_->kinds.end()) {
      const auto format = options_->datetime_formats.find(column.name);
      const bool has_format = format != options_->datetime_formats.end();
      ColumnSchema described = describe_column(
          column, facts, {fixed->second, "as said", has_format ? format->second : ""}, findings());
      if (dropped) drop(described);
      return described;
    }
    KindVerdict verdict = infer_kind(column, facts, findings());
    if (contains(options_->keep, column.name) && !is_usable(verdict.kind)) {
      verdict = {usable_kind(column, facts), "kept, although it is " + verdict.reason};
    }
    ColumnSchema described = describe_column(column, facts, verdict, findings());
    if (dropped) drop(described);
    return described;
  }

  static void drop(ColumnSchema& column) {
    column.role = ColumnRole::ignored;
    column.reason = "dropped";
  }

  void set_weights(const std::string& name) {
    const std::size_t i = index_of(name);
    const ColumnFacts& facts = facts_[i];
    if (!table_->columns[i].numeric || facts.n_missing > 0 || facts.minimum < 0) {
      throw Error(ErrorKind::invalid_data, "data.bad_weights",
                  fmt::format("column '{}' cannot be weights: {}", name,
                              !table_->columns[i].numeric ? "it is not numeric"
                              : facts.n_missing > 0       ? "cells are missing"
                                                          : "some are negative"),
                  "weights are numbers of zero or more in every row");
    }
    ColumnSchema& column = schema().columns[i];
    column =
        describe_column(table_->columns[i], facts, {ColumnKind::number, "row weights"}, findings());
    column.role = ColumnRole::weight;
  }

  std::size_t choose_target() {
    if (options_->target) return index_of(*options_->target);
    const std::size_t last = table_->columns.size() - 1;
    const ColumnSchema& column = schema().columns[last];
    const bool target_like = is_usable(column.kind) && column.kind != ColumnKind::datetime &&
                             column.role == ColumnRole::feature && last > 0;
    if (!target_like) {
      throw Error(
          ErrorKind::invalid_argument, "data.no_target",
          fmt::format("which column is to be predicted? The last one, '{}', is unlikely: {}",
                      column.name, last == 0 ? "there is no other" : column.reason),
          "name it with --target");
    }
    findings().push_back({"data.target_assumed", column.name,
                          fmt::format("the last column, '{}', is taken as the target", column.name),
                          "name another with --target"});
    return last;
  }

  void set_target(std::size_t i) {
    const TableColumn& source = table_->columns[i];
    const TargetVerdict verdict = judge_target(source, facts_[i], *options_, findings());
    const KindVerdict kind{verdict.kind, verdict.reason};
    ColumnSchema column = describe_column(source, facts_[i], kind, findings());
    column.role = ColumnRole::target;
    schema().columns[i] = std::move(column);
    schema().target = source.name;
    schema().task = verdict.task;
    schema().classes = verdict.classes;
  }

  /// Identifiers, constants and free text are no features, and each is told.
  void note_left_out() {
    for (ColumnSchema& column : schema().columns) {
      if (column.role != ColumnRole::feature || is_usable(column.kind)) continue;
      column.role = ColumnRole::ignored;
      findings().push_back({std::string(code_of(column.kind)), column.name,
                            fmt::format("column '{}' is left out: it {} ({})", column.name,
                                        look_of(column.kind), column.reason),
                            fmt::format("--keep '{}' uses it all the same", column.name)});
    }
  }

  const Table* table_;
  const Dialect* dialect_;
  const InferenceOptions* options_;
  std::vector<ColumnFacts> facts_;
  InferenceResult result_;
};

}  // namespace

InferenceResult infer_schema(const Table& table, const Dialect& dialect,
                             const InferenceOptions& options) {
  return SchemaInference(table, dialect, options).infer();
}

}  // namespace mlops::data
