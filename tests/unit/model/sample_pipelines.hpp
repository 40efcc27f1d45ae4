// Small pipelines that together hold every kind of part, over one schema: age (number), plan
// (category of four), active (boolean), signup (datetime).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/conform.hpp"
#include "data/schema.hpp"
#include "model/pipeline.hpp"

namespace mlops::test {

inline constexpr std::size_t kSampleFeatures = 4;

data::Schema sample_schema(data::Task task);

/// Seeded rows with missing cells and unseen categories.
data::ConformedRows sample_rows(std::size_t n_rows, std::uint64_t seed = 1);

/// Forest, linear with exponential link, kernel with square link; scaled conformal interval; a
/// range.
model::Pipeline regression_pipeline();
/// Boosted forest with a category split, averaged forest of shares, perceptron; Platt or isotonic.
model::Pipeline binary_pipeline();
/// Softmax forest, one-vs-rest kernel, clipped-share linear; temperature.
model::Pipeline multiclass_pipeline();

struct NamedPipeline {
  std::string name;
  model::Pipeline pipeline;
};
std::vector<NamedPipeline> sample_pipelines();

}  // namespace mlops::test
