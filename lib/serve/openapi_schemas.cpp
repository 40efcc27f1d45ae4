#include "serve/openapi.hpp"

namespace mlops::serve {
namespace {

Json reference(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

Json object_schema(Json properties, std::vector<std::string> required) {
  Json schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json array_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

const Json kText{{"type", "string"}};
const Json kNumber{{"type", "number"}};
const Json kInteger{{"type", "integer"}};

Json problem_members() {
  return {{"type", kText},
          {"title", kText},
          {"status", kInteger},
          {"detail", {{"type", "string"}, {"description", "one sentence"}}},
          {"hint", {{"type", "string"}, {"description", "what to do"}}},
          {"instance", kText},
          {"code", {{"type", "string"}, {"description", "stable, for programs"}}},
          {"errors", array_of(reference("RowProblem"))},
          {"n_errors", kInteger}};
}

Json with_members(Json members, const Json& further) {
  members.update(further);
  return members;
}

Json problem_schemas() {
  const std::vector<std::string> required = {"status", "title", "detail", "code"};
  return {{"RowProblem", object_schema({{"row", {{"type", "integer"}, {"minimum", 0}}},
                                        {"column", kText},
                                        {"code", kText},
                                        {"message", kText}},
                                       {"row", "code", "message"})},
          {"Problem", object_schema(problem_members(), required)},
          {"OpenInferenceError",
           object_schema(with_members(problem_members(), {{"error", kText}}), {"error"})},
          {"MlflowError", object_schema(with_members(problem_members(),
                                                     {{"error_code", kText}, {"message", kText}}),
                                        {"error_code", "message"})}};
}

Json scalar() {
  return {{"type", {"number", "string", "boolean", "null"}}};
}

Json predict_schemas() {
  const Json row{{"type", "object"}, {"additionalProperties", scalar()}};
  const Json warning = object_schema({{"column", kText}, {"code", kText}, {"message", kText}},
                                     {"column", "code", "message"});
  return {
      {"PredictRequest",
       object_schema({{"instances", array_of(row)}, {"explain", {{"type", "boolean"}}}},
                     {"instances"})},
      {"Warning", warning},
      {"Prediction",
       object_schema({{"id", kText},
                      {"prediction", {{"type", {"string", "number"}}}},
                      {"probabilities", {{"type", "object"}, {"additionalProperties", kNumber}}},
                      {"interval", array_of(kNumber)},
                      {"contributions", {{"type", "object"}, {"additionalProperties", kNumber}}},
                      {"warnings", array_of(reference("Warning"))}},
                     {"id", "prediction"})},
      {"PredictAnswer", object_schema({{"model", kText},
                                       {"version", kInteger},
                                       {"predictions", array_of(reference("Prediction"))}},
                                      {"model", "version", "predictions"})}};
}

Json feedback_schemas() {
  const Json item = object_schema(
      {{"id", {{"type", "string"}, {"description", "the prediction's, or the client's own"}}},
       {"actual", {{"type", {"string", "number", "boolean"}}}}},
      {"id", "actual"});
  const Json count{{"type", "integer"}, {"minimum", 0}};
  return {
      {"FeedbackRequest", object_schema({{"feedback", array_of(item)}}, {"feedback"})},
      {"FeedbackAnswer",
       object_schema(
           {{"accepted", count}, {"duplicate", count}, {"corrected", count}, {"unknown", count}},
           {"accepted", "duplicate", "corrected", "unknown"})}};
}

Json inference_schemas() {
  const Json datatype{{"type", "string"},
                      {"enum",
                       {"BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32",
                        "INT64", "FP16", "FP32", "FP64", "BYTES"}}};
  const Json tensor = object_schema({{"name", kText},
                                     {"shape", array_of({{"type", "integer"}, {"minimum", 0}})},
                                     {"datatype", datatype},
                                     {"data", {{"type", "array"}, {"items", Json::object()}}}},
                                    {"name", "shape", "datatype", "data"});
  const Json wanted = array_of(object_schema({{"name", kText}}, {"name"}));
  return {{"Tensor", tensor},
          {"InferRequest",
           object_schema({{"id", kText},
                          {"inputs", array_of(reference("Tensor"))},
                          {"outputs", wanted},
                          {"parameters", object_schema({{"explain", {{"type", "boolean"}}}}, {})}},
                         {"inputs"})},
          {"InferAnswer", object_schema({{"model_name", kText},
                                         {"model_version", kText},
                                         {"id", kText},
                                         {"outputs", array_of(reference("Tensor"))}},
                                        {"model_name", "outputs"})}};
}

Json mlflow_schemas() {
  const Json rows = array_of({{"type", "object"}, {"additionalProperties", scalar()}});
  const Json split = object_schema(
      {{"columns", array_of(kText)}, {"data", array_of(array_of(scalar()))}}, {"data"});
  const Json params = object_schema({{"explain", {{"type", "boolean"}}}}, {});
  Json request{{"oneOf", Json::array()}};
  const std::pair<std::string, Json> shapes[] = {
      {"dataframe_split", split},
      {"dataframe_records", rows},
      {"instances", Json{{"type", "array"}, {"items", Json::object()}}},
      {"inputs", Json{{"type", {"array", "object"}}}}};
  for (const auto& [name, schema] : shapes)
    request["oneOf"].push_back(object_schema({{name, schema}, {"params", params}}, {name}));
  return {{"InvocationsRequest", std::move(request)},
          {"InvocationsAnswer",
           object_schema({{"predictions", array_of({{"type", {"string", "number"}}})},
                          {"ids", array_of(kText)},
                          {"model", kText},
                          {"version", kInteger}},
                         {"predictions"})}};
}

}  // namespace

Json openapi_common_schemas() {
  Json schemas = predict_schemas();
  for (const Json& more :
       {feedback_schemas(), inference_schemas(), mlflow_schemas(), problem_schemas()})
    schemas.update(more);
  return schemas;
}

}  // namespace mlops::serve
