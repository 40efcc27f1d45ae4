// Writes an Open Inference Protocol answer; see open_inference_codec.hpp for its form.
#pragma once

#include <string>

#include "serve/codec/scoring_codec.hpp"

namespace mlops::serve::codec {

/// The outputs that were asked for, in the model's order; all when none were named. With "explain"
/// also "contributions", one column a feature and the base last.
[[nodiscard]] std::string encode_open_inference(const LoadedVersion& version,
                                                const ScoringCall& call, const ScoredRows& scored);

}  // namespace mlops::serve::codec
