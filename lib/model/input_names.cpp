#include <fmt/format.h>

#include "model/calendar.hpp"
#include "model/encoder.hpp"

namespace mlops::model {
namespace {

/// Appends the names of one encoding's inputs.
struct Name {
  std::string feature;
  const std::vector<std::string>& levels;
  std::vector<std::string>& names;

  void operator()(const PassThrough&) const { names.push_back(feature); }

  void operator()(const Standardized& step) const {
    names.push_back(feature);
    if (step.missing_indicator) names.push_back(feature + "=(missing)");
  }

  void operator()(const OneHot& step) const {
    const std::size_t first = names.size();
    names.resize(first + step.n_slots);
    const auto append = [&](std::uint32_t slot, const std::string& level) {
      if (slot == kNoSlot) return;
      std::string& name = names[first + slot];
      name = name.empty() ? fmt::format("{}={}", feature, level) : name + "|" + level;
    };
    for (std::size_t i = 0; i < step.slot_of_level.size(); ++i) {
      append(step.slot_of_level[i], i < levels.size() ? levels[i] : fmt::format("#{}", i));
    }
    append(step.other_slot, "(other)");
    append(step.missing_slot, "(missing)");
  }

  void operator()(const TargetMap& step) const {
    for (std::uint32_t i = 0; i < step.n_targets; ++i) {
      names.push_back(step.n_targets == 1 ? feature + "~mean"
                                          : fmt::format("{}~mean[{}]", feature, i));
    }
    if (!step.log_counts.empty()) names.push_back(feature + "~count");
  }

  void operator()(const CategoryCode&) const { names.push_back(feature + "~code"); }

  void operator()(const QuantileBins& step) const {
    for (const double edge : step.edges) names.push_back(fmt::format("{}<={}", feature, edge));
    names.push_back(step.edges.empty() ? feature + "=(present)"
                                       : fmt::format("{}>{}", feature, step.edges.back()));
    if (step.missing_slot) names.push_back(feature + "=(missing)");
  }

  void operator()(const Cyclic&) const {
    names.push_back(feature + "~sin");
    names.push_back(feature + "~cos");
  }
};

}  // namespace

std::vector<std::string> input_names(const Encoder& encoder, const data::Schema& schema) {
  const std::vector<std::size_t> columns = schema.feature_columns();
  std::vector<std::string> names;
  for (const Encoding& encoding : encoder.encodings()) {
    const data::ColumnSchema& column = schema.columns.at(columns.at(encoding.feature));
    std::string feature = column.name;
    if (encoding.source != CellSource::cell) {
      feature += fmt::format(".{}", to_string(encoding.source));
    }
    std::visit(Name{feature, column.categories, names}, encoding.step);
  }
  return names;
}

}  // namespace mlops::model
