// Reads the requests of MLflow's scoring protocol. JSON with exactly one of
//   "dataframe_split": {"columns"?, "index"?, "data": [[...], ...]}
//   "dataframe_records": [{column: value}, ...]
//   "instances": [{column: value} | [value, ...] | value, ...]
//   "inputs": {column: [value, ...]} or what "instances" may hold
// and "params"?: {"explain"?: bool}; or CSV with a header line.
// Source: MLflow documentation, "Deploy MLflow Model as a Local Inference Server".
#pragma once

#include <string>

#include "serve/codec/scoring_codec.hpp"

namespace mlops::serve::codec {

/// Throws "json.malformed", "mlflow.bad_shape" or "predict.too_many_rows".
[[nodiscard]] DecodedRows decode_mlflow_json(std::string& body, const data::RowConformer& conformer,
                                             std::size_t max_rows, JsonScratch& scratch);

/// Commas, quotes doubled, a header; the numbers with a decimal point. Throws "mlflow.bad_csv" with
/// line and column, or "predict.too_many_rows".
[[nodiscard]] DecodedRows decode_mlflow_csv(std::string_view body,
                                            const data::RowConformer& conformer,
                                            std::size_t max_rows);

}  // namespace mlops::serve::codec
