#include "workflow/logged_rows.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

bool same_spelling(const data::ColumnSchema& a, const data::ColumnSchema& b) {
  return a.kind != data::ColumnKind::boolean || a.categories == b.categories;
}

std::vector<double> level_map(const data::ColumnSchema& from, const data::RowConformer& to,
                              std::size_t feature) {
  std::vector<double> levels;
  std::vector<data::CellIssue> ignored;
  for (const std::string& level : from.categories)
    levels.push_back(to.from_text(feature, level, 0, ignored));
  return levels;
}

}  // namespace

CellTranslator::CellTranslator(const data::Schema& from, const data::Schema& to)
    : from_(from), to_(to), from_classes_(from.classes) {
  for (const std::size_t index : to.feature_columns()) {
    const data::ColumnSchema& wanted = to.columns[index];
    const std::size_t feature = plans_.size();
    Plan plan;
    if (const auto source = from_.feature_index(wanted.name)) {
      const data::ColumnSchema& logged = *from.find(wanted.name);
      plan.source = *source;
      if (logged.kind == data::ColumnKind::category) {
        plan.way = Way::level;
        plan.levels = level_map(logged, to_, feature);
        const bool category = wanted.kind == data::ColumnKind::category;
        plan.unseen = category ? data::kUnseenCategory : kMissing;
      } else {
        const bool alike = logged.kind == wanted.kind && same_spelling(logged, wanted);
        plan.way = alike ? Way::copy : Way::text;
      }
    }
    plans_.push_back(std::move(plan));
  }
}

double CellTranslator::cell(const Plan& plan, std::size_t feature, double value, std::size_t row,
                            std::vector<data::CellIssue>& issues) const {
  if (std::isnan(value)) return kMissing;
  switch (plan.way) {
    case Way::absent:
      return kMissing;
    case Way::copy:
      return value;
    case Way::level:
      if (value < 0 || static_cast<std::size_t>(value) >= plan.levels.size()) return plan.unseen;
      return plan.levels[static_cast<std::size_t>(value)];
    case Way::text:
      return to_.from_text(feature, from_.to_text(plan.source, value), row, issues);
  }
  return kMissing;
}

data::ConformedRows CellTranslator::translate(const data::ConformedRows& rows) const {
  data::ConformedRows translated{.n_rows = rows.n_rows, .n_features = plans_.size()};
  translated.cells.reserve(rows.n_rows * plans_.size());
  for (std::size_t row = 0; row < rows.n_rows; ++row) {
    const auto cells = rows.row(row);
    for (std::size_t feature = 0; feature < plans_.size(); ++feature) {
      const Plan& plan = plans_[feature];
      const double value = plan.way == Way::absent ? kMissing : cells[plan.source];
      translated.cells.push_back(cell(plan, feature, value, row, translated.issues));
    }
  }
  return translated;
}

LogTranslators::LogTranslators(const registry::Registry& registry, std::string name,
                               data::Schema to)
    : registry_(&registry), name_(std::move(name)), to_(std::move(to)) {}

const CellTranslator* LogTranslators::from(registry::Version version) {
  const auto [found, is_new] = translators_.try_emplace(version);
  if (is_new) {
    try {
      found->second.emplace(watched_version(*registry_, name_, version).schema, to_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
    }
  }
  return found->second ? &*found->second : nullptr;
}

}  // namespace mlops::workflow
