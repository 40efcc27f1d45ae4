// The handlers that the route table names, grouped by file. A handler decodes, calls, encodes,
// answers once; what it throws becomes a problem.
#pragma once

#include "serve/route.hpp"

namespace mlops::serve::handlers {

/// Makes a handler of a function that simply returns its answer.
template <Response (*function)(ApiContext&, const Request&, const PathParameters&)>
void answered(Call call) {
  call.answer(function(call.context, call.request, call.parameters));
}

// predict.cpp
void predict(Call call);

// open_inference.cpp
void infer(Call call);
Response inference_server(ApiContext& context, const Request& request,
                          const PathParameters& parameters);
Response inference_live(ApiContext& context, const Request& request,
                        const PathParameters& parameters);
Response inference_ready(ApiContext& context, const Request& request,
                         const PathParameters& parameters);
Response inference_model(ApiContext& context, const Request& request,
                         const PathParameters& parameters);
Response inference_model_ready(ApiContext& context, const Request& request,
                               const PathParameters& parameters);

// mlflow.cpp
void invocations(Call call);
Response ping(ApiContext& context, const Request& request, const PathParameters& parameters);
Response program_version(ApiContext& context, const Request& request,
                         const PathParameters& parameters);

// feedback.cpp
Response feedback(ApiContext& context, const Request& request, const PathParameters& parameters);

// models.cpp
Response list_models(ApiContext& context, const Request& request, const PathParameters& parameters);
Response show_model(ApiContext& context, const Request& request, const PathParameters& parameters);
Response list_versions(ApiContext& context, const Request& request,
                       const PathParameters& parameters);
Response show_schema(ApiContext& context, const Request& request, const PathParameters& parameters);

// model_health.cpp
Response model_metrics(ApiContext& context, const Request& request,
                       const PathParameters& parameters);
Response model_timeline(ApiContext& context, const Request& request,
                        const PathParameters& parameters);

// probes.cpp
Response livez(ApiContext& context, const Request& request, const PathParameters& parameters);
Response readyz(ApiContext& context, const Request& request, const PathParameters& parameters);
Response prometheus(ApiContext& context, const Request& request, const PathParameters& parameters);

// openapi.cpp
Response openapi(ApiContext& context, const Request& request, const PathParameters& parameters);

// listing.cpp
Response listing(ApiContext& context, const Request& request, const PathParameters& parameters);

// events.cpp
Response event_stream(ApiContext& context, const Request& request,
                      const PathParameters& parameters);
Response model_events(ApiContext& context, const Request& request,
                      const PathParameters& parameters);

// web.cpp
Response dashboard(ApiContext& context, const Request& request, const PathParameters& parameters);
Response api_explorer(ApiContext& context, const Request& request,
                      const PathParameters& parameters);
Response web_asset(ApiContext& context, const Request& request, const PathParameters& parameters);
Response dashboard_page(ApiContext& context, const Request& request,
                        const PathParameters& parameters);

}  // namespace mlops::serve::handlers
