#include "serve/codec/predict_codec.hpp"
#include "serve/codec/scoring_codec.hpp"
#include "serve/live_model.hpp"

namespace mlops::serve::codec {
namespace {

ScoringCall decode(Request& request, const LoadedVersion& version, std::size_t max_rows,
                   JsonScratch& scratch) {
  return {.decoded = decode_predict(request.body, version.model.conformer(), max_rows, scratch)};
}

std::string encode(const LoadedVersion& version, const ScoringCall&, const ScoredRows& scored) {
  return encode_predict(version.texts, scored);
}

constexpr ScoringCodec kCodec{&decode, &encode, ErrorDialect::problem};

}  // namespace

const ScoringCodec& predict_codec() noexcept {
  return kCodec;
}

}  // namespace mlops::serve::codec
