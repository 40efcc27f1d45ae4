#include "serve/codec/open_inference_decoder.hpp"
#include "serve/codec/open_inference_encoder.hpp"
#include "serve/live_model.hpp"

namespace mlops::serve::codec {
namespace {

ScoringCall decode(Request& request, const LoadedVersion& version, std::size_t max_rows,
                   JsonScratch& scratch) {
  return decode_open_inference(request.body, {version.model.conformer(), version.model.schema()},
                               max_rows, scratch);
}

constexpr ScoringCodec kCodec{&decode, &encode_open_inference, ErrorDialect::open_inference};

}  // namespace

const ScoringCodec& open_inference_codec() noexcept {
  return kCodec;
}

}  // namespace mlops::serve::codec
