#include "data/cell_rules.hpp"

#include <cmath>

#include "data/cell_look.hpp"
#include "data/datetime.hpp"
#include "data/missing.hpp"

namespace mlops::data {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

CellOutcome level(std::optional<std::uint32_t> index) noexcept {
  if (!index) return {kUnseenCategory, CellIssueCode::unseen_category};
  return {static_cast<double>(*index), std::nullopt};
}

CellOutcome truth_value(std::optional<std::uint32_t> index) noexcept {
  if (!index) return {kMissing, CellIssueCode::not_a_number};
  return {static_cast<double>(*index), std::nullopt};
}

}  // namespace

CellRules::CellRules(const ColumnSchema& column)
    : name_(column.name),
      kind_(column.kind),
      minimum_(column.minimum),
      maximum_(column.maximum),
      format_{column.decimal, column.thousands.value_or('\0')},
      datetime_format_(column.datetime_format),
      levels_(column.categories) {}

CellOutcome CellRules::ranged(double value) const noexcept {
  if (!std::isfinite(value)) return {kMissing, CellIssueCode::not_finite};
  const bool outside = value < minimum_ || value > maximum_;
  if (outside) return {value, CellIssueCode::out_of_range};
  return {value, std::nullopt};
}

std::optional<std::uint32_t> CellRules::truth(std::string_view text) const noexcept {
  if (const auto index = levels_.find(text)) return index;
  const auto& levels = levels_.levels();
  for (std::uint32_t i = 0; i < levels.size(); ++i) {
    if (equal_without_case(levels[i], text)) return i;
  }
  const TruthPair pair = truth_pair_of(text);
  if (!pair.known()) return std::nullopt;
  return equal_without_case(text, pair.yes) ? 1 : 0;
}

CellOutcome CellRules::number(std::string_view text) const noexcept {
  auto value = parse_number(text, format_);
  if (!value && format_.decimal != '.') value = parse_number(text);
  if (value) return ranged(*value);
  if (is_infinity_word(text)) return {kMissing, CellIssueCode::not_finite};
  const TruthPair pair = truth_pair_of(text);
  if (pair.no == "false") return ranged(equal_without_case(text, pair.yes) ? 1 : 0);
  return {kMissing, CellIssueCode::not_a_number};
}

CellOutcome CellRules::datetime(std::string_view text) const noexcept {
  auto moment = parse_datetime(text, datetime_format_);
  if (!moment) moment = parse_iso_datetime(text);
  if (!moment) moment = parse_number(text);
  if (!moment) return {kMissing, CellIssueCode::not_a_number};
  return ranged(*moment);
}

CellOutcome CellRules::from_text(std::string_view text) const noexcept {
  switch (kind_) {
    case ColumnKind::number:
      return number(text);
    case ColumnKind::datetime:
      return datetime(text);
    case ColumnKind::boolean:
      return truth_value(truth(text));
    default:
      return level(levels_.find(text));
  }
}

CellOutcome CellRules::from_number(double value) const noexcept {
  if (std::isnan(value)) return {};
  switch (kind_) {
    case ColumnKind::number:
    case ColumnKind::datetime:
      return ranged(value);
    case ColumnKind::boolean:
      if (const auto index = levels_.find(value)) return truth_value(index);
      if (value == 0 || value == 1) return {value, std::nullopt};
      return truth_value(std::nullopt);
    default:
      return level(levels_.find(value));
  }
}

CellOutcome CellRules::from_boolean(bool value) const noexcept {
  switch (kind_) {
    case ColumnKind::number:
      return ranged(value ? 1 : 0);
    case ColumnKind::datetime:
      return {kMissing, CellIssueCode::not_a_number};
    case ColumnKind::boolean:
      return {value ? 1.0 : 0.0, std::nullopt};
    default:
      return level(levels_.find_truth(value));
  }
}

std::string CellRules::to_text(double cell) const {
  if (std::isnan(cell)) return {};
  if (kind_ == ColumnKind::number) return number_as_text(cell);
  if (kind_ == ColumnKind::datetime) return format_datetime(cell, datetime_format_);
  const auto& levels = levels_.levels();
  if (cell < 0 || cell >= static_cast<double>(levels.size())) return {};
  return levels[static_cast<std::size_t>(cell)];
}

}  // namespace mlops::data
