// What the bundle fuzzer and the replay of its corpus do with some bytes: read them as a model.bin
// whose checksum is right, and use what was accepted for everything a model is used for.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "data/conform.hpp"
#include "model/bundle.hpp"
#include "model/contribution.hpp"

namespace mlops::fuzz {

/// The bytes with the checksum that belongs to them: a fuzzer would never find it.
inline std::string with_checksum(std::string_view bytes) {
  std::string repaired(bytes);
  if (repaired.size() < sizeof(std::uint64_t)) return repaired;
  const std::size_t end = repaired.size() - sizeof(std::uint64_t);
  const std::uint64_t sum = model::bundle_checksum(std::string_view(repaired).substr(0, end));
  std::memcpy(repaired.data() + end, &sum, sizeof sum);
  return repaired;
}

/// Two rows: usual cells, and missing, unseen and huge ones in turn.
inline data::ConformedRows odd_rows(std::size_t n_features) {
  const double odd[] = {std::nan(""), data::kUnseenCategory, 1e300, 0};
  data::ConformedRows rows{.n_rows = 2, .n_features = n_features};
  rows.cells.assign(n_features, 1.0);
  for (std::size_t i = 0; i < n_features; ++i) rows.cells.push_back(odd[i % std::size(odd)]);
  return rows;
}

inline void use_any_bundle(std::string_view bytes) {
  constexpr std::size_t kMostFeatures = 10'000;
  try {
    const auto pipeline = model::pipeline_from_bytes(with_checksum(bytes));
    // Equal pipelines have equal bytes, so what was read must be what is written.
    const auto written = model::pipeline_to_bytes(pipeline);
    if (model::pipeline_to_bytes(model::pipeline_from_bytes(written)) != written) std::abort();
    const auto n_features = pipeline.encoders.front().n_features();
    if (n_features > kMostFeatures) return;
    const auto rows = odd_rows(n_features);
    const auto answers = model::predict(pipeline, rows);
    static_cast<void>(model::explain(pipeline, rows, answers));
    static_cast<void>(model::describe(pipeline));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) std::abort();
  }
}

}  // namespace mlops::fuzz
