#include <fmt/format.h>

#include "base/suggest.hpp"
#include "observe/prediction_id.hpp"
#include "serve/codec/json_text.hpp"
#include "serve/codec/predict_codec.hpp"

namespace mlops::serve::codec {
namespace {

void append_probabilities(std::string& out, const AnswerTexts& texts,
                          std::span<const double> probabilities) {
  out += ",\"probabilities\":{";
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    if (k > 0) out += ',';
    out += texts.classes[k];
    out += ':';
    append_number(out, probabilities[k]);
  }
  out += '}';
}

void append_prediction(std::string& out, const AnswerTexts& texts,
                       const data::Predictions& predictions, std::size_t row) {
  out += ",\"prediction\":";
  if (predictions.task != data::Task::regression) {
    out += texts.classes[predictions.labels[row]];
    append_probabilities(out, texts, predictions.probabilities_of(row));
    return;
  }
  append_number(out, predictions.values[row]);
  if (predictions.lower.size() <= row || predictions.lower[row] != predictions.lower[row]) return;
  out += ",\"interval\":[";
  append_number(out, predictions.lower[row]);
  out += ',';
  append_number(out, predictions.upper[row]);
  out += ']';
}

void append_contributions(std::string& out, const AnswerTexts& texts,
                          const model::Contributions& contributions, std::size_t row) {
  out += ",\"contributions\":{";
  for (std::size_t f = 0; f < contributions.n_features; ++f) {
    out += texts.features[f];
    out += ':';
    append_number(out, contributions.values[row * contributions.n_features + f]);
    out += ',';
  }
  out += "\"base\":";
  append_number(out, contributions.base[row]);
  out += '}';
}

/// Appends the warnings of `row`, starting at issue `next`; returns the first issue after them.
std::size_t append_warnings(std::string& out, const AnswerTexts& texts,
                            const std::vector<data::CellIssue>& issues, std::size_t next,
                            std::size_t row) {
  if (next == issues.size() || issues[next].row != row) return next;
  out += ",\"warnings\":[";
  for (bool first = true; next < issues.size() && issues[next].row == row; ++next) {
    const data::CellIssue& issue = issues[next];
    out += first ? "{\"column\":" : ",{\"column\":";
    append_string(out, issue.column);
    out += ",\"code\":";
    append_string(out, data::to_string(issue.code));
    out += ",\"message\":";
    append_string(out, describe(issue, texts));
    out += '}';
    first = false;
  }
  out += ']';
  return next;
}

}  // namespace

std::string public_id(const ScoredRows& scored, std::size_t row) {
  if (row < scored.client_ids.size() && !scored.client_ids[row].empty())
    return scored.client_ids[row];
  return observe::format_prediction_id(scored.ids[row]);
}

std::string describe(const data::CellIssue& issue, const AnswerTexts& texts) {
  switch (issue.code) {
    case data::CellIssueCode::missing_column:
      return "the column is absent; treated as missing";
    case data::CellIssueCode::unseen_category:
      return fmt::format("'{}' was never seen in training", issue.value);
    case data::CellIssueCode::out_of_range:
      return fmt::format("{} is outside the range seen in training", issue.value);
    case data::CellIssueCode::unknown_column: {
      std::vector<std::string> names;
      for (const std::string& quoted_name : texts.features)
        names.push_back(quoted_name.substr(1, quoted_name.size() - 2));
      const std::string suggestion = did_you_mean(issue.column, names);
      return "the model has no such column" + (suggestion.empty() ? "" : "; " + suggestion);
    }
    case data::CellIssueCode::not_a_number:
    case data::CellIssueCode::not_finite:
      break;
  }
  return fmt::format("'{}' cannot be read", issue.value);
}

std::string encode_predict(const AnswerTexts& texts, const ScoredRows& scored) {
  std::string out;
  out.reserve(64 + scored.predictions.n_rows * 96);
  out += "{\"model\":";
  out += texts.model;
  out += ",\"version\":";
  out += texts.version;
  out += ",\"predictions\":[";
  std::size_t next_issue = 0;
  for (std::size_t row = 0; row < scored.predictions.n_rows; ++row) {
    out += row == 0 ? "{\"id\":" : ",{\"id\":";
    append_string(out, public_id(scored, row));
    append_prediction(out, texts, scored.predictions, row);
    if (scored.contributions) append_contributions(out, texts, *scored.contributions, row);
    next_issue = append_warnings(out, texts, scored.issues, next_issue, row);
    out += '}';
  }
  out += "]}";
  return out;
}

}  // namespace mlops::serve::codec
