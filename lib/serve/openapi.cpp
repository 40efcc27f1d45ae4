#include "serve/openapi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "serve/route.hpp"

namespace mlops::serve {
namespace {

/// Which schemas a route speaks; routes that are not here answer objects or text.
struct Schemas {
  std::string_view operation;
  std::string_view request;
  std::string_view answer;
};
constexpr Schemas kSchemas[] = {{"predict", "PredictRequest", "PredictAnswer"},
                                {"feedback", "FeedbackRequest", "FeedbackAnswer"},
                                {"infer", "InferRequest", "InferAnswer"},
                                {"inferVersion", "InferRequest", "InferAnswer"},
                                {"invocations", "InvocationsRequest", "InvocationsAnswer"}};

/// Query parameters by the route that reads them.
struct QueryParameter {
  std::string_view operation;
  std::string_view name;
  std::string_view description;
};
constexpr QueryParameter kQueryParameters[] = {
    {"modelMetrics", "range", "how far to look back: 90s, 15m, 6h, 30d"},
    {"modelMetrics", "max_age", "how old the answer may be; 0 without"},
    {"modelTimeline", "range", "how far to look back: 90s, 15m, 6h, 30d"},
    {"modelTimeline", "max_age", "how old the answer may be; 0 without"},
    {"invocations", "model", "which model, where several are deployed: name or name@version"}};

Json schema_reference(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

const Schemas* schemas_of(const Route& route) {
  const auto found = std::find_if(std::begin(kSchemas), std::end(kSchemas), [&](const Schemas& s) {
    return s.operation == route.operation_id;
  });
  return found == std::end(kSchemas) ? nullptr : found;
}

std::string_view describe_parameter(std::string_view name) {
  if (name == "ref") return "a model: name, name@4, name@champion, name@challenger";
  if (name == "version") return "a version's number";
  if (name == "file") return "a file's name";
  return "a model's name";
}

Json parameters_of(const Route& route) {
  Json parameters = Json::array();
  std::string_view rest = route.pattern;
  for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}', open);
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    parameters.push_back({{"name", name},
                          {"in", "path"},
                          {"required", true},
                          {"description", describe_parameter(name)},
                          {"schema", {{"type", "string"}}}});
    rest.remove_prefix(close);
  }
  for (const QueryParameter& parameter : kQueryParameters) {
    if (parameter.operation == route.operation_id)
      parameters.push_back({{"name", parameter.name},
                            {"in", "query"},
                            {"description", parameter.description},
                            {"schema", {{"type", "string"}}}});
  }
  return parameters;
}

/// The media type in a route's answer; JSON unless it says otherwise.
std::string answer_type(const Route& route) {
  if (!route.answer.starts_with("text/"))
    return route.answer.starts_with("{") || route.answer.starts_with("one ") ? "application/json"
                                                                             : "text/plain";
  return std::string(route.answer.substr(0, route.answer.find_first_of("; ,")));
}

Json content(std::string type, Json schema) {
  Json by_type = Json::object();
  by_type[std::move(type)] = {{"schema", std::move(schema)}};
  return by_type;
}

Json error_answer(ErrorDialect dialect) {
  switch (dialect) {
    case ErrorDialect::open_inference:
      return content("application/json", schema_reference("OpenInferenceError"));
    case ErrorDialect::mlflow:
      return content("application/json", schema_reference("MlflowError"));
    case ErrorDialect::problem:
      break;
  }
  return content("application/problem+json", schema_reference("Problem"));
}

Json answers_of(const Route& route, Json schema) {
  return {
      {"200", {{"description", route.answer}, {"content", content(answer_type(route), schema)}}},
      {"default",
       {{"description", "the request was refused or failed"},
        {"content", error_answer(route.errors)}}}};
}

Json request_body(Json schema) {
  return {{"required", true}, {"content", content("application/json", std::move(schema))}};
}

Json operation_of(const Route& route) {
  Json operation{{"operationId", route.operation_id},
                 {"tags", Json::array({route.tag})},
                 {"summary", route.summary}};
  Json parameters = parameters_of(route);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  const Schemas* schemas = schemas_of(route);
  if (!route.body.empty()) {
    operation["requestBody"] =
        request_body(schemas ? schema_reference(schemas->request) : Json{{"type", "object"}});
    operation["requestBody"]["description"] = route.body;
  }
  if (route.errors == ErrorDialect::mlflow && !route.body.empty())
    operation["requestBody"]["content"]["text/csv"] = {{"schema", {{"type", "string"}}}};
  const bool json = answer_type(route) == "application/json";
  operation["responses"] = answers_of(route, schemas ? schema_reference(schemas->answer)
                                                     : Json{{"type", json ? "object" : "string"}});
  if (route.access == Access::open) operation["security"] = Json::array();
  return operation;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

Json paths_of_table() {
  Json paths = Json::object();
  for (const Route& route : routes())
    paths[std::string(route.pattern)][lower_case(to_string(route.method))] = operation_of(route);
  return paths;
}

const Route& predict_route() {
  const auto all = routes();
  return *std::find_if(all.begin(), all.end(),
                       [](const Route& route) { return route.operation_id == "predict"; });
}

/// Names of components may not hold everything that names of models may; these do.
void add_model(const std::string& name, const LiveModel& model, Json& paths, Json& schemas) {
  const LoadedVersion& champion = *model.champion;
  const data::Schema& schema = champion.model.schema();
  schemas[name + ".Row"] = openapi_row_schema(champion);
  schemas[name + ".Prediction"] = openapi_prediction_schema(schema);
  Json request{
      {"type", "object"},
      {"properties",
       {{"instances", {{"type", "array"}, {"items", schema_reference(name + ".Row")}}},
        {"explain", {{"type", "boolean"}}}}},
      {"required", Json::array({"instances"})},
      {"examples", Json::array({{{"instances", Json::array({openapi_example_row(champion)})}}})}};
  Json answer{
      {"type", "object"},
      {"properties",
       {{"model", {{"const", name}}},
        {"version", {{"type", "integer"}}},
        {"predictions", {{"type", "array"}, {"items", schema_reference(name + ".Prediction")}}}}},
      {"required", {"model", "version", "predictions"}}};
  paths[fmt::format("/v1/models/{}/predict", name)]["post"] = {
      {"operationId", "predict_" + name},
      {"tags", Json::array({"scoring"})},
      {"summary", fmt::format("Predict '{}' with model '{}', version {}", schema.target, name,
                              champion.manifest.version)},
      {"requestBody", request_body(std::move(request))},
      {"responses", answers_of(predict_route(), std::move(answer))}};
}

Json tags() {
  Json list = Json::array();
  std::set<std::string_view> seen;
  for (const Route& route : routes()) {
    if (seen.insert(route.tag).second) list.push_back({{"name", route.tag}});
  }
  return list;
}

}  // namespace

Json openapi_document(const OpenApiSource& source) {
  Json paths = Json::object();
  Json schemas = openapi_common_schemas();
  for (const auto& [name, model] : *source.models) add_model(name, *model, paths, schemas);
  paths.update(paths_of_table());
  Json document{{"openapi", "3.1.0"},
                {"info",
                 {{"title", "mlops"},
                  {"version", source.program_version},
                  {"summary", "Predictions of the deployed models, their feedback and health"}}},
                {"servers", Json::array({{{"url", "/"}}})},
                {"tags", tags()},
                {"paths", std::move(paths)},
                {"components", {{"schemas", std::move(schemas)}}}};
  if (!source.wants_token) return document;
  document["components"]["securitySchemes"] = {
      {"bearer", {{"type", "http"}, {"scheme", "bearer"}}}};
  document["security"] = Json::array({{{"bearer", Json::array()}}});
  return document;
}

}  // namespace mlops::serve
