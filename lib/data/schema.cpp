#include "data/schema.hpp"

#include <array>
#include <utility>

namespace mlops::data {
namespace {

template <typename Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<ColumnKind, 7> kKinds = {{{ColumnKind::number, "number"},
                                          {ColumnKind::boolean, "boolean"},
                                          {ColumnKind::category, "category"},
                                          {ColumnKind::datetime, "datetime"},
                                          {ColumnKind::text, "text"},
                                          {ColumnKind::identifier, "identifier"},
                                          {ColumnKind::constant, "constant"}}};
constexpr Names<ColumnRole, 4> kRoles = {{{ColumnRole::feature, "feature"},
                                          {ColumnRole::target, "target"},
                                          {ColumnRole::weight, "weight"},
                                          {ColumnRole::ignored, "ignored"}}};
constexpr Names<Task, 3> kTasks = {
    {{Task::binary, "binary"}, {Task::multiclass, "multiclass"}, {Task::regression, "regression"}}};

template <typename Enum, std::size_t N>
std::string_view name_of(const Names<Enum, N>& names, Enum value) noexcept {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "";
}

template <typename Enum, std::size_t N>
std::optional<Enum> value_of(const Names<Enum, N>& names, std::string_view text) noexcept {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(ColumnKind kind) noexcept {
  return name_of(kKinds, kind);
}
std::optional<ColumnKind> parse_column_kind(std::string_view text) noexcept {
  return value_of(kKinds, text);
}

std::string_view to_string(ColumnRole role) noexcept {
  return name_of(kRoles, role);
}
std::optional<ColumnRole> parse_column_role(std::string_view text) noexcept {
  return value_of(kRoles, text);
}

std::string_view to_string(Task task) noexcept {
  return name_of(kTasks, task);
}
std::optional<Task> parse_task(std::string_view text) noexcept {
  return value_of(kTasks, text);
}

std::vector<std::size_t> Schema::feature_columns() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].role == ColumnRole::feature) result.push_back(i);
  }
  return result;
}

std::string Schema::positive() const {
  return task == Task::binary && classes.size() == 2 ? classes[1] : std::string();
}

const ColumnSchema* Schema::find(std::string_view name) const noexcept {
  for (const ColumnSchema& column : columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

}  // namespace mlops::data
