// How the values of one feature become cells. The rules are those that RowConformer documents.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "data/conform.hpp"
#include "data/level_matcher.hpp"
#include "data/number_text.hpp"
#include "data/schema.hpp"

namespace mlops::data {

/// A cell and, when something is remarkable about it, what.
struct CellOutcome {
  double cell = std::numeric_limits<double>::quiet_NaN();
  std::optional<CellIssueCode> issue;
};

/// The rules of one feature; keeps its own copy of what it needs from the schema. Immutable,
/// thread-safe, never allocates after construction (but for to_text).
class CellRules {
 public:
  explicit CellRules(const ColumnSchema& column);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool has_level(std::string_view text) const noexcept {
    return levels_.find(text).has_value();
  }

  /// Requires: `text` is trimmed and no missing marker.
  [[nodiscard]] CellOutcome from_text(std::string_view text) const noexcept;
  /// NaN is a missing cell without an issue.
  [[nodiscard]] CellOutcome from_number(double value) const noexcept;
  [[nodiscard]] CellOutcome from_boolean(bool value) const noexcept;
  [[nodiscard]] std::string to_text(double cell) const;

 private:
  [[nodiscard]] CellOutcome ranged(double value) const noexcept;
  [[nodiscard]] CellOutcome number(std::string_view text) const noexcept;
  [[nodiscard]] CellOutcome datetime(std::string_view text) const noexcept;
  [[nodiscard]] std::optional<std::uint32_t> truth(std::string_view text) const noexcept;

  std::string name_;
  ColumnKind kind_;
  double minimum_;
  double maximum_;
  NumberFormat format_;
  std::string datetime_format_;
  LevelMatcher levels_;  ///< category, boolean
};

}  // namespace mlops::data
