// The HTTP interface as an OpenAPI 3.1 document: the routes from the table, the deployed models'
// own columns, categories, ranges and examples.
// Source: OpenAPI Specification 3.1.0; JSON Schema 2020-12.
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "serve/live_model.hpp"

namespace mlops::serve {

/// What the document is made from besides the route table.
struct OpenApiSource {
  std::string_view program_version;
  bool wants_token = false;
  const ModelMap* models = nullptr;  ///< borrowed, never null
};

/// The document. The same source gives the same bytes.
[[nodiscard]] Json openapi_document(const OpenApiSource& source);

/// components.schemas of requests, answers and errors that are the same for every model.
[[nodiscard]] Json openapi_common_schemas();

/// A row of one model as its champion was trained on it: a property a column, examples.
[[nodiscard]] Json openapi_row_schema(const LoadedVersion& version);

/// One element of "predictions" of one model.
[[nodiscard]] Json openapi_prediction_schema(const data::Schema& schema);

/// A row that the model can answer, made of values from the training file.
[[nodiscard]] Json openapi_example_row(const LoadedVersion& version);

}  // namespace mlops::serve
