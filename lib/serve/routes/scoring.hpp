// What the scoring routes of every dialect share.
#pragma once

#include <string>

#include "serve/codec/scoring_codec.hpp"
#include "serve/route.hpp"

namespace mlops::serve::handlers {

/// Scores the call's rows with a model and answers; counts a failure as the model's.
void score(Call call, const std::string& name, const std::string& selector,
           const codec::ScoringCodec& codec);

}  // namespace mlops::serve::handlers
