#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/json.hpp"
#include "serve/api_context.hpp"
#include "serve/model_description.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
namespace {

Response json(const Json& body) {
  return {.body = dump_json(body)};
}

/// The version that a path's reference means, from memory where it is there.
struct Named {
  std::shared_ptr<const LiveModel> model;
  registry::Manifest manifest;
};

Named find(ApiContext& context, const std::string& text) {
  const registry::ModelReference reference = registry::parse_model_reference(text);
  Named named{.model = context.slot.get(reference.name)};
  const registry::Version version = reference.selector.empty()
                                        ? named.model->champion->manifest.version
                                        : context.registry.resolve(reference);
  named.manifest = version == named.model->champion->manifest.version
                       ? named.model->champion->manifest
                       : context.registry.manifest(reference.name, version);
  return named;
}

data::Schema schema_of(ApiContext& context, const Named& named) {
  const LoadedVersion& champion = *named.model->champion;
  if (named.manifest.version == champion.manifest.version) return champion.model.schema();
  return read_schema(
      context.registry.version_directory(named.manifest.model, named.manifest.version));
}

Json files_of(const registry::Manifest& manifest) {
  Json files = Json::array();
  for (const registry::FileEntry& file : manifest.files)
    files.push_back(
        {{"path", file.path}, {"sha256", file.sha256}, {"size_bytes", file.size_bytes}});
  return files;
}

}  // namespace

Response list_models(ApiContext& context, const Request&, const PathParameters&) {
  Json models = Json::array();
  const auto live = context.slot.models();
  for (const auto& [name, model] : *live) models.push_back(summary_of(*model));
  return json({{"models", std::move(models)}});
}

Response show_model(ApiContext& context, const Request&, const PathParameters& parameters) {
  const Named named = find(context, parameters.values[0]);
  const data::Schema schema = schema_of(context, named);
  Json body{{"model", named.manifest.model},
            {"version", named.manifest.version},
            {"created_at", to_rfc3339(named.manifest.created_at)},
            {"aliases", aliases_of(*named.model, named.manifest.version)},
            {"task", data::to_string(schema.task)},
            {"target", schema.target},
            {"metadata", named.manifest.metadata},
            {"files", files_of(named.manifest)}};
  if (named.manifest.version == named.model->champion->manifest.version)
    body["description"] = named.model->champion->model.description();
  return json(body);
}

Response list_versions(ApiContext& context, const Request&, const PathParameters& parameters) {
  const auto model = context.slot.get(parameters.values[0]);
  Json versions = Json::array();
  for (const registry::Version version : context.registry.versions(model->name)) {
    const registry::Manifest manifest = context.registry.manifest(model->name, version);
    Json item{{"version", version},
              {"created_at", to_rfc3339(manifest.created_at)},
              {"aliases", aliases_of(*model, version)}};
    if (manifest.metadata.contains("metric")) item["metric"] = manifest.metadata["metric"];
    versions.push_back(std::move(item));
  }
  return json({{"model", model->name}, {"versions", std::move(versions)}});
}

Response show_schema(ApiContext& context, const Request&, const PathParameters& parameters) {
  const Named named = find(context, parameters.values[0]);
  Json body{{"model", named.manifest.model}, {"version", named.manifest.version}};
  body.update(describe_schema(schema_of(context, named)));
  return json(body);
}

}  // namespace mlops::serve::handlers
