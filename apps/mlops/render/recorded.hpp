// What a version's manifest says about its training, read leniently: a member that an older
// version does not have is simply absent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data/finding.hpp"
#include "data/metrics.hpp"
#include "data/reader.hpp"
#include "learn/train.hpp"

namespace mlops::render {

[[nodiscard]] std::optional<data::MetricValue> recorded_metric(const Json& metadata,
                                                               const std::string& key);
[[nodiscard]] std::vector<data::MetricValue> recorded_metrics(const Json& metadata);
[[nodiscard]] std::vector<learn::LeaderboardEntry> recorded_leaderboard(const Json& metadata);
[[nodiscard]] std::vector<learn::FeatureImportance> recorded_importance(const Json& metadata);
[[nodiscard]] std::optional<data::Dialect> recorded_dialect(const Json& metadata);
[[nodiscard]] std::vector<data::Finding> recorded_warnings(const Json& metadata);

/// Text of a member, also of a number; empty when it is absent or null.
[[nodiscard]] std::string recorded_text(const Json& metadata, const std::string& key);

}  // namespace mlops::render
