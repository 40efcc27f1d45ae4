// `inspect`: what the reader and the inference see in a file. Trains nothing, writes nothing.
#pragma once

#include <filesystem>
#include <vector>

#include "data/finding.hpp"
#include "data/inference.hpp"
#include "data/reader.hpp"

namespace mlops::workflow {

struct InspectConfig {
  std::filesystem::path data;
  data::ReadOptions read;
  data::InferenceOptions inference;
};

struct InspectReport {
  data::Dialect dialect;
  std::uint64_t n_rows = 0;
  std::uint64_t size_bytes = 0;
  data::Schema schema;
  std::vector<data::Finding> findings;
};

/// Throws what reading and inference throw.
[[nodiscard]] InspectReport inspect(const InspectConfig& config);

}  // namespace mlops::workflow
