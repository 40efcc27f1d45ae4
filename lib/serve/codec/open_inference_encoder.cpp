#include "serve/codec/open_inference_encoder.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>

#include "serve/codec/json_text.hpp"
#include "serve/live_model.hpp"

namespace mlops::serve::codec {
namespace {

/// Appends the tensors that were asked for.
class Outputs {
 public:
  Outputs(std::string& out, const std::vector<std::string>& wanted) : out_(out), wanted_(wanted) {}

  /// `append` writes the value at a place of the row-major data.
  void add(std::string_view name, std::string_view datatype,
           std::initializer_list<std::size_t> shape,
           const std::function<void(std::size_t)>& append) {
    if (!wanted_.empty() && std::find(wanted_.begin(), wanted_.end(), name) == wanted_.end())
      return;
    out_ += first_ ? "{\"name\":\"" : ",{\"name\":\"";
    first_ = false;
    out_ += name;
    out_ += "\",\"shape\":[";
    std::size_t n = 1;
    for (const std::size_t size : shape) {
      append_integer(out_, static_cast<std::int64_t>(size));
      out_ += ',';
      n *= size;
    }
    out_.back() = ']';
    out_ += ",\"datatype\":\"";
    out_ += datatype;
    out_ += "\",\"data\":[";
    for (std::size_t i = 0; i < n; ++i) {
      if (i > 0) out_ += ',';
      append(i);
    }
    out_ += "]}";
  }

 private:
  std::string& out_;
  const std::vector<std::string>& wanted_;
  bool first_ = true;
};

bool has_intervals(const data::Predictions& predictions) {
  return predictions.lower.size() == predictions.n_rows &&
         std::none_of(predictions.lower.begin(), predictions.lower.end(),
                      [](double value) { return std::isnan(value); });
}

void add_predictions(Outputs& outputs, std::string& out, const AnswerTexts& texts,
                     const data::Predictions& predictions) {
  const std::size_t n = predictions.n_rows;
  const auto numbers = [&out](const std::vector<double>& values) {
    return [&out, &values](std::size_t i) { append_number(out, values[i]); };
  };
  if (predictions.task == data::Task::regression) {
    outputs.add("prediction", "FP64", {n}, numbers(predictions.values));
    if (!has_intervals(predictions)) return;
    outputs.add("lower", "FP64", {n}, numbers(predictions.lower));
    outputs.add("upper", "FP64", {n}, numbers(predictions.upper));
    return;
  }
  outputs.add("prediction", "BYTES", {n},
              [&](std::size_t i) { out += texts.classes[predictions.labels[i]]; });
  outputs.add("probabilities", "FP64", {n, predictions.n_classes},
              numbers(predictions.probabilities));
}

}  // namespace

std::string encode_open_inference(const LoadedVersion& version, const ScoringCall& call,
                                  const ScoredRows& scored) {
  const std::size_t n = scored.predictions.n_rows;
  std::string out = "{\"model_name\":" + version.texts.model + ",\"model_version\":\"" +
                    version.texts.version + "\",";
  if (!call.request_id.empty()) out += "\"id\":" + json_quoted(call.request_id) + ",";
  out += "\"outputs\":[";
  Outputs outputs(out, call.outputs);
  add_predictions(outputs, out, version.texts, scored.predictions);
  outputs.add("id", "BYTES", {n},
              [&](std::size_t row) { append_string(out, public_id(scored, row)); });
  if (scored.contributions) {
    const std::size_t width = scored.contributions->n_features + 1;
    outputs.add("contributions", "FP64", {n, width}, [&](std::size_t i) {
      const std::size_t row = i / width;
      const std::size_t column = i % width;
      append_number(out, column + 1 == width
                             ? scored.contributions->base[row]
                             : scored.contributions->values[row * (width - 1) + column]);
    });
  }
  out += "]}";
  return out;
}

}  // namespace mlops::serve::codec
