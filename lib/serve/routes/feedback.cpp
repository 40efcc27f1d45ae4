#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/suggest.hpp"
#include "serve/api_context.hpp"
#include "serve/request_body.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
namespace {

constexpr std::string_view kShapeHint = R"(send {"feedback": [{"id": "...", "actual": ...}]})";

[[noreturn]] void refuse(std::string message) {
  throw Error(ErrorKind::invalid_argument, "feedback.bad_shape", message, std::string(kShapeHint));
}

/// Text of a JSON scalar: labels and numbers may come either way; "" for anything else.
std::string scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return dump_json(value);
  if (value.is_number()) return shortest_decimal(value.get<double>());
  return {};
}

/// Why a truth cannot be one of this model's; empty when it can.
std::string complaint(const data::Schema& schema, const std::string& actual) {
  if (actual.empty()) return "'actual' is not a text, a number or a boolean";
  if (schema.task == data::Task::regression) return {};
  if (std::find(schema.classes.begin(), schema.classes.end(), actual) != schema.classes.end())
    return {};
  const std::string suggestion = did_you_mean(actual, schema.classes);
  return fmt::format("'{}' is none of the model's classes{}{}", actual.substr(0, 100),
                     suggestion.empty() ? "" : "; ", suggestion);
}

std::vector<observe::Feedback> decode(const Json& body, const data::Schema& schema,
                                      std::vector<RowProblem>& problems) {
  if (!body.is_object() || !body.contains("feedback")) refuse("there is no member 'feedback'");
  const Json& items =
      body["feedback"].is_object() ? Json::array({body["feedback"]}) : body["feedback"];
  if (!items.is_array()) refuse("'feedback' is not an array");
  std::vector<observe::Feedback> feedback;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Json& item = items[i];
    if (!item.is_object() || !item.contains("id") || !item.contains("actual")) {
      problems.push_back({i, "", "bad_shape", "an item is {\"id\", \"actual\"}"});
      continue;
    }
    observe::Feedback one{scalar_text(item["id"]), scalar_text(item["actual"])};
    if (one.id.empty()) problems.push_back({i, "id", "bad_id", "'id' is empty or no text"});
    std::string what = complaint(schema, one.actual);
    if (!what.empty()) problems.push_back({i, "actual", "bad_label", std::move(what)});
    feedback.push_back(std::move(one));
  }
  return feedback;
}

Response rejected(std::vector<RowProblem> problems, const Request& request) {
  const std::size_t n = problems.size();
  problems.resize(std::min(n, kMaxRowProblems));
  return to_response({.status = 422,
                      .code = "feedback.rejected",
                      .detail = fmt::format("{} of the items cannot be truth for this model; "
                                            "nothing was recorded",
                                            n),
                      .errors = std::move(problems),
                      .n_errors = n},
                     ErrorDialect::problem, request.path);
}

}  // namespace

Response feedback(ApiContext& context, const Request& request, const PathParameters& parameters) {
  require_json(request);
  const auto model = context.slot.get(parameters.values[0]);
  std::vector<RowProblem> problems;
  const Json body = parse_json(request.body, "the request's body");
  std::vector<observe::Feedback> items = decode(body, model->champion->model.schema(), problems);
  if (!problems.empty()) return rejected(std::move(problems), request);
  const observe::FeedbackResult result = model->traffic->log.record_feedback(std::move(items));
  auto& counts = model->traffic->counters.feedback;
  counts[0] += result.accepted;
  counts[1] += result.duplicate;
  counts[2] += result.corrected;
  counts[3] += result.unknown;
  return {.body = dump_json(Json{{"accepted", result.accepted},
                                 {"duplicate", result.duplicate},
                                 {"corrected", result.corrected},
                                 {"unknown", result.unknown}})};
}

}  // namespace mlops::serve::handlers
