// Logged rows for another version: what a version stored as cells of its own schema becomes cells
// of another one's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "data/conform.hpp"
#include "data/schema.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// Cells of one schema as cells of another. Columns are matched by name. The text of a category
/// that the logging version did not know is not in its log: it stays unknown. Immutable.
class CellTranslator {
 public:
  CellTranslator(const data::Schema& from, const data::Schema& to);

  /// Requires: rows of the first schema. Issues of the original rows are not carried over.
  [[nodiscard]] data::ConformedRows translate(const data::ConformedRows& rows) const;

  /// Class labels of the first schema.
  [[nodiscard]] const std::vector<std::string>& from_classes() const noexcept {
    return from_classes_;
  }

 private:
  enum class Way { absent, copy, level, text };
  /// How one feature of the second schema comes about.
  struct Plan {
    Way way = Way::absent;
    std::size_t source = 0;      ///< feature of the first schema
    std::vector<double> levels;  ///< level: the second schema's cell of each level
    double unseen = 0;           ///< level: its cell of a level that nobody knows
  };
  [[nodiscard]] double cell(const Plan& plan, std::size_t feature, double value, std::size_t row,
                            std::vector<data::CellIssue>& issues) const;

  data::RowConformer from_;
  data::RowConformer to_;
  std::vector<std::string> from_classes_;
  std::vector<Plan> plans_;
};

/// The translators into one version's schema from those of every version that logged.
class LogTranslators {
 public:
  LogTranslators(const registry::Registry& registry, std::string name, data::Schema to);

  /// Null for a version that is no longer in the registry: its rows cannot be read any more.
  [[nodiscard]] const CellTranslator* from(registry::Version version);

 private:
  const registry::Registry* registry_;
  std::string name_;
  data::Schema to_;
  std::map<registry::Version, std::optional<CellTranslator>> translators_;
};

}  // namespace mlops::workflow
