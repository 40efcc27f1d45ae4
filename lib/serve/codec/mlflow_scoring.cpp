#include <array>
#include <functional>
#include <span>

#include "serve/codec/json_text.hpp"
#include "serve/codec/mlflow_decoder.hpp"
#include "serve/live_model.hpp"
#include "serve/request_body.hpp"

namespace mlops::serve::codec {
namespace {

ScoringCall decode(Request& request, const LoadedVersion& version, std::size_t max_rows,
                   JsonScratch& scratch) {
  const data::RowConformer& conformer = version.model.conformer();
  if (media_type(request.header("content-type")) == "text/csv")
    return {.decoded = decode_mlflow_csv(request.body, conformer, max_rows)};
  require_json(request);
  return {.decoded = decode_mlflow_json(request.body, conformer, max_rows, scratch)};
}

void append_list(std::string& out, std::string_view name, std::size_t n,
                 const std::function<void(std::size_t)>& append) {
  out += ",\"";
  out += name;
  out += "\":[";
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) out += ',';
    append(i);
  }
  out += ']';
}

void append_numbers(std::string& out, std::span<const double> values) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    append_number(out, values[i]);
  }
  out += ']';
}

void append_uncertainty(std::string& out, const AnswerTexts& texts,
                        const data::Predictions& predictions) {
  const std::size_t n = predictions.n_rows;
  if (predictions.task != data::Task::regression) {
    append_list(out, "classes", texts.classes.size(),
                [&](std::size_t k) { out += texts.classes[k]; });
    append_list(out, "probabilities", n,
                [&](std::size_t row) { append_numbers(out, predictions.probabilities_of(row)); });
  } else if (predictions.lower.size() == n) {
    append_list(out, "intervals", n, [&](std::size_t row) {
      append_numbers(out, std::array{predictions.lower[row], predictions.upper[row]});
    });
  }
}

void append_contributions(std::string& out, const model::Contributions& contributions,
                          std::size_t n_rows) {
  append_list(out, "contributions", n_rows, [&](std::size_t row) {
    append_numbers(out, std::span(contributions.values)
                            .subspan(row * contributions.n_features, contributions.n_features));
  });
  append_list(out, "contribution_base", n_rows,
              [&](std::size_t row) { append_number(out, contributions.base[row]); });
}

std::string encode(const LoadedVersion& version, const ScoringCall&, const ScoredRows& scored) {
  const data::Predictions& predictions = scored.predictions;
  const bool numbers = predictions.task == data::Task::regression;
  std::string out = "{\"model\":" + version.texts.model + ",\"version\":" + version.texts.version;
  append_list(out, "predictions", predictions.n_rows, [&](std::size_t row) {
    if (numbers) return append_number(out, predictions.values[row]);
    out += version.texts.classes[predictions.labels[row]];
  });
  append_list(out, "ids", predictions.n_rows,
              [&](std::size_t row) { append_string(out, public_id(scored, row)); });
  append_uncertainty(out, version.texts, predictions);
  if (scored.contributions) append_contributions(out, *scored.contributions, predictions.n_rows);
  out += '}';
  return out;
}

constexpr ScoringCodec kCodec{&decode, &encode, ErrorDialect::mlflow};

}  // namespace

const ScoringCodec& mlflow_codec() noexcept {
  return kCodec;
}

}  // namespace mlops::serve::codec
