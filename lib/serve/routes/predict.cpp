#include <utility>

#include "serve/api_context.hpp"
#include "serve/codec/scoring_codec.hpp"
#include "serve/request_body.hpp"
#include "serve/routes/handlers.hpp"
#include "serve/routes/scoring.hpp"

namespace mlops::serve::handlers {

void score(Call call, const std::string& name, const std::string& selector,
           const codec::ScoringCodec& codec) {
  const std::shared_ptr<const LiveModel> model = call.context.slot.get(name);
  // A plain pointer, as in Scorer: the log's callback must not own what owns the log.
  ModelTraffic* traffic = model->traffic.get();
  const auto count_failure = [traffic, version = model->champion->manifest.version] {
    ++traffic->counters.requests_failed;
    traffic->log.count_errors(version, 1);
  };
  try {
    call.context.scorer.score(model, selector, std::move(call.request), codec,
                              [count_failure, answer = std::move(call.answer)](Response response) {
                                if (response.status >= 400) count_failure();
                                answer(std::move(response));
                              });
  } catch (...) {
    count_failure();
    throw;
  }
}

void predict(Call call) {
  require_json(call.request);
  const registry::ModelReference reference =
      registry::parse_model_reference(call.parameters.values[0]);
  score(std::move(call), reference.name, reference.selector, codec::predict_codec());
}

}  // namespace mlops::serve::handlers
