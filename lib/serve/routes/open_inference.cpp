#include <fmt/format.h>

#include "base/error.hpp"
#include "base/json.hpp"
#include "serve/api_context.hpp"
#include "serve/codec/open_inference_codec.hpp"
#include "serve/model_description.hpp"
#include "serve/request_body.hpp"
#include "serve/routes/handlers.hpp"
#include "serve/routes/scoring.hpp"

namespace mlops::serve::handlers {
namespace {

Response json(const Json& body, int status = 200) {
  return {.status = status, .body = dump_json(body)};
}

/// The model and version that a path names; without a version the one that answers.
registry::ModelReference reference_of(const PathParameters& parameters) {
  registry::ModelReference reference = registry::parse_model_reference(parameters.values[0]);
  if (parameters.values[1].empty()) return reference;
  // The version's form is the registry's business; the text of both is.
  return registry::parse_model_reference(reference.name + "@" + parameters.values[1]);
}

registry::Version version_of(ApiContext& context, const LiveModel& model,
                             const registry::ModelReference& reference) {
  return reference.selector.empty() ? model.champion->manifest.version
                                    : context.registry.resolve(reference);
}

Json to_json(const std::vector<codec::TensorMetadata>& tensors) {
  Json list = Json::array();
  for (const codec::TensorMetadata& tensor : tensors)
    list.push_back({{"name", tensor.name},
                    {"datatype", codec::to_string(tensor.datatype)},
                    {"shape", tensor.shape}});
  return list;
}

}  // namespace

void infer(Call call) {
  require_json(call.request);
  if (!call.request.header("inference-header-content-length").empty())
    throw Error(ErrorKind::invalid_argument, "http.unsupported_media_type",
                "binary tensors are not read here", "send the tensors' data as JSON");
  const registry::ModelReference reference = reference_of(call.parameters);
  score(std::move(call), reference.name, reference.selector, codec::open_inference_codec());
}

Response inference_server(ApiContext& context, const Request&, const PathParameters&) {
  return json({{"name", "mlops"},
               {"version", context.config.program_version},
               {"extensions", Json::array()}});
}

Response inference_live(ApiContext&, const Request&, const PathParameters&) {
  return json({{"live", true}});
}

Response inference_ready(ApiContext& context, const Request& request,
                         const PathParameters& parameters) {
  const int status = readyz(context, request, parameters).status;
  return json({{"ready", status == 200}}, status);
}

Response inference_model(ApiContext& context, const Request&, const PathParameters& parameters) {
  const registry::ModelReference reference = reference_of(parameters);
  const auto model = context.slot.get(reference.name);
  const registry::Version version = version_of(context, *model, reference);
  const data::Schema schema =
      version == model->champion->manifest.version
          ? model->champion->model.schema()
          : read_schema(context.registry.version_directory(reference.name, version));
  Json versions = Json::array();
  for (const registry::Version known : context.registry.versions(reference.name))
    versions.push_back(std::to_string(known));
  return json({{"name", reference.name},
               {"versions", std::move(versions)},
               {"platform", "mlops"},
               {"inputs", to_json(codec::input_tensors(schema))},
               {"outputs", to_json(codec::output_tensors(schema))}});
}

Response inference_model_ready(ApiContext& context, const Request&,
                               const PathParameters& parameters) {
  const registry::ModelReference reference = reference_of(parameters);
  const auto model = context.slot.get(reference.name);
  const registry::Version version = version_of(context, *model, reference);
  return json({{"name", reference.name}, {"version", std::to_string(version)}, {"ready", true}});
}

}  // namespace mlops::serve::handlers
