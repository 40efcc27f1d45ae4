// The wire format of POST /v1/models/{ref}/predict:
//   {"instances": [{column: value, ...}, ...], "explain"?: bool}     or one object alone
//   {"model", "version", "predictions": [{"id", "prediction", "probabilities"?: {class: p},
//     "interval"?: [lower, upper], "contributions"?: {feature: x, "base": x}, "warnings"?: [...]}]}
// Values are numbers, texts, booleans or null (missing).
#pragma once

#include <string>

#include "data/schema.hpp"
#include "serve/codec/answer_texts.hpp"
#include "serve/codec/row_builder.hpp"
#include "serve/codec/scored_rows.hpp"

namespace mlops::serve::codec {

class JsonScratch;

/// Reads a request. Throws "json.malformed" (with position), "predict.bad_shape" or
/// "predict.too_many_rows"; what is wrong with single rows is in the result.
[[nodiscard]] DecodedRows decode_predict(std::string& body, const data::RowConformer& conformer,
                                         std::size_t max_rows, JsonScratch& scratch);

/// Writes the answer.
[[nodiscard]] std::string encode_predict(const AnswerTexts& texts, const ScoredRows& scored);

/// One sentence about a cell, for "warnings".
[[nodiscard]] std::string describe(const data::CellIssue& issue, const AnswerTexts& texts);

}  // namespace mlops::serve::codec
