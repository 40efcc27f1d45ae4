#include "serve/documentation.hpp"

#include <fmt/format.h>

#include "serve/route.hpp"

namespace mlops::serve {
namespace {

constexpr std::string_view kConventions = R"(# HTTP API

Generated from the server's route table; `GET /v1` lists the same.

`mlops serve` listens on 127.0.0.1:8080. With `--token-file` every route but the probes wants
`Authorization: Bearer TOKEN`. Bodies are JSON in UTF-8; numbers may come as text ("3"), missing
values as null or by leaving the column out. Names, versions and aliases are `name`, `name@4`,
`name@champion`.

A prediction is in the log before its answer leaves (see `mlops serve --log-sync`). Give
your own `id` in an instance to report its outcome by it later; otherwise use the `id` in the
answer.

Cells that are not simply values (an unseen category, a missing column, a number outside the
training range, a column nobody knows) are answered, with `warnings` beside the prediction. A value
that cannot be read as its column's kind is refused with 422 and its row and column.

The same models answer in two further dialects: the Open Inference Protocol, version 2, below `/v2`
(JSON tensors; `null` is a missing value; a tensor `id` of BYTES brings your own ids), and MLflow's
scoring protocol at `/invocations`. Every dialect scores, logs and limits alike; their errors carry
the members their clients look for (`error`; `error_code` and `message`) beside those below.

`GET /openapi.json` is this interface with the deployed models' own columns, levels and ranges.

Errors are `application/problem+json` (RFC 9457) with a stable `code`:

| status | when |
|---|---|
| 400 | the body is not JSON (with position), or not of the shape below |
| 401 | the token is missing or wrong |
| 404 | no such route, model or version (with a suggestion) |
| 405 | another method, see `Allow` |
| 413, 431, 408 | body, head or time beyond the limits |
| 415 | another content type or encoding |
| 422 | rows that do not fit the schema: `errors: [{row, column, code, message}]` |
| 503 | not ready, overloaded, or the log cannot be written; see `Retry-After` |

)";

std::string section(const Route& route) {
  std::string text =
      fmt::format("## {} {}\n\n{}.\n\n", to_string(route.method), route.pattern, route.summary);
  if (!route.body.empty()) text += fmt::format("Request: `{}`\n\n", route.body);
  text += fmt::format("Answer: {}\n\n", route.answer.starts_with("{")
                                            ? fmt::format("`{}`", route.answer)
                                            : std::string(route.answer));
  return text;
}

}  // namespace

std::string http_api_markdown() {
  std::string text(kConventions);
  for (const Route& route : routes()) text += section(route);
  text.pop_back();
  return text;
}

}  // namespace mlops::serve
