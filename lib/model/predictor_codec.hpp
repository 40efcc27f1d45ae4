// A predictor as bytes: its kind, then its parts.
#pragma once

#include "model/bundle_bytes.hpp"
#include "model/predictor.hpp"

namespace mlops::model {

void write_predictor(ByteWriter& writer, const Predictor& predictor);

/// Throws corrupt, or invalid_argument when what was read does not fit together.
[[nodiscard]] Predictor read_predictor(ByteReader& reader);

}  // namespace mlops::model
