// Reads an Open Inference Protocol request; see open_inference_codec.hpp for its form.
#pragma once

#include <string>

#include "serve/codec/scoring_codec.hpp"

namespace mlops::serve::codec {

/// What a request is read by: a version's columns and outputs.
struct TensorReader {
  const data::RowConformer& conformer;
  const data::Schema& schema;
};

/// Throws "json.malformed", "infer.bad_shape", "infer.bad_datatype", "infer.unknown_output" or
/// "predict.too_many_rows"; values that do not fit their tensor's type are row errors.
[[nodiscard]] ScoringCall decode_open_inference(std::string& body, const TensorReader& reader,
                                                std::size_t max_rows, JsonScratch& scratch);

}  // namespace mlops::serve::codec
