#include "render/score_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "render/numbers.hpp"
#include "render/style.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kShownFeatures = 5;

std::string separator(const Capabilities& capabilities) {
  return fmt::format(" {} ", glyphs(capabilities).dot);
}

}  // namespace

std::string dummy_text(const data::MetricValue& own, const data::MetricValue& dummy,
                       const Capabilities& capabilities) {
  const bool better =
      data::higher_is_better(own.metric) ? own.value > dummy.value : own.value < dummy.value;
  const Glyphs& signs = glyphs(capabilities);
  return fmt::format("{} {}   {} {}", data::to_string(dummy.metric),
                     score_text(dummy.value, capabilities), better ? signs.good : signs.warning,
                     better ? "the model is better" : "the model is NOT better");
}

std::string other_metrics_text(const std::vector<data::MetricValue>& metrics, data::Metric own,
                               const Capabilities& capabilities) {
  std::string text;
  for (const data::MetricValue& metric : metrics) {
    if (metric.metric == own) continue;
    if (!text.empty()) text += separator(capabilities);
    text += fmt::format("{} {}", data::to_string(metric.metric),
                        score_text(metric.value, capabilities));
  }
  return text;
}

std::string importance_text(std::vector<learn::FeatureImportance> importance,
                            const Capabilities& capabilities) {
  std::erase_if(importance, [](const auto& feature) { return !(feature.importance > 0); });
  std::stable_sort(importance.begin(), importance.end(),
                   [](const auto& a, const auto& b) { return a.importance > b.importance; });
  double total = 0;
  for (const auto& feature : importance) total += feature.importance;
  if (importance.size() > kShownFeatures) importance.resize(kShownFeatures);
  std::string text;
  for (const auto& feature : importance) {
    if (!text.empty()) text += separator(capabilities);
    text += fmt::format("{} {:.0f} %", feature.feature, feature.importance / total * 100);
  }
  return text;
}

}  // namespace mlops::render
