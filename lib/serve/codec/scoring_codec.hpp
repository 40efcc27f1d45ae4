// What a scoring dialect brings: how its requests are read and its answers written.
#pragma once

#include <string>

#include "serve/codec/row_builder.hpp"
#include "serve/codec/scored_rows.hpp"
#include "serve/problem.hpp"
#include "serve/request.hpp"

namespace mlops::serve {
struct LoadedVersion;
}

namespace mlops::serve::codec {

class JsonScratch;

/// A request read by one dialect, with what the answer must repeat.
struct ScoringCall {
  DecodedRows decoded;
  std::string request_id;            ///< Open Inference Protocol: echoed; empty when absent
  std::vector<std::string> outputs;  ///< Open Inference Protocol: those asked for; empty: all
};

/// A dialect. Functions throw Error for requests that cannot be read.
struct ScoringCodec {
  /// Reads `request`, whose body is plain (no content coding) and may grow in capacity.
  ScoringCall (*decode)(Request& request, const LoadedVersion& version, std::size_t max_rows,
                        JsonScratch& scratch);
  std::string (*encode)(const LoadedVersion& version, const ScoringCall& call,
                        const ScoredRows& scored);
  ErrorDialect errors = ErrorDialect::problem;
};

/// POST /v1/models/{ref}/predict.
[[nodiscard]] const ScoringCodec& predict_codec() noexcept;
/// POST /v2/models/{model}/infer, with or without a version.
[[nodiscard]] const ScoringCodec& open_inference_codec() noexcept;
/// POST /invocations; JSON or CSV by the request's content type.
[[nodiscard]] const ScoringCodec& mlflow_codec() noexcept;

}  // namespace mlops::serve::codec
