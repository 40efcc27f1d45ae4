#include <fmt/format.h>

#include "base/error.hpp"
#include "serve/api_context.hpp"
#include "serve/routes/handlers.hpp"
#include "serve/routes/scoring.hpp"

namespace mlops::serve::handlers {
namespace {

/// The model that ?model= names, or the only one there is.
registry::ModelReference model_of(const ApiContext& context, const Request& request) {
  if (const auto named = request.query_parameter("model"))
    return registry::parse_model_reference(*named);
  const auto models = context.slot.models();
  if (models->size() == 1) return {.name = models->begin()->first};
  if (models->empty())
    throw Error(ErrorKind::unavailable, "serve.no_model", "no model is deployed here",
                "mlops train DATA --target COL makes one");
  std::string names;
  for (const auto& [name, model] : *models) names += (names.empty() ? "" : ", ") + name;
  throw Error(ErrorKind::invalid_argument, "mlflow.which_model",
              fmt::format("several models are deployed: {}", names.substr(0, 500)),
              "name one: /invocations?model=NAME");
}

}  // namespace

void invocations(Call call) {
  const registry::ModelReference reference = model_of(call.context, call.request);
  score(std::move(call), reference.name, reference.selector, codec::mlflow_codec());
}

Response ping(ApiContext& context, const Request& request, const PathParameters& parameters) {
  Response response = readyz(context, request, parameters);
  if (response.status == 200) response.body = "\n";
  return response;
}

Response program_version(ApiContext& context, const Request&, const PathParameters&) {
  return {.content_type = "text/plain; charset=utf-8", .body = context.config.program_version};
}

}  // namespace mlops::serve::handlers
