// An encoder as bytes.
#pragma once

#include "model/bundle_bytes.hpp"
#include "model/encoder.hpp"

namespace mlops::model {

void write_encoder(ByteWriter& writer, const Encoder& encoder);

/// Throws corrupt, or invalid_argument when what was read does not fit together.
[[nodiscard]] Encoder read_encoder(ByteReader& reader);

}  // namespace mlops::model
