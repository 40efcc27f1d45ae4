#include "model/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mlops::model {
namespace {

/// Rows that are encoded at once: bounds the memory of a large batch.
constexpr std::size_t kChunkRows = 512;

std::vector<float> encode_chunk(const Encoder& encoder, const data::ConformedRows& rows,
                                std::size_t first, std::size_t n) {
  std::vector<float> inputs(n * encoder.n_inputs());
  for (std::size_t row = 0; row < n; ++row) {
    encoder.encode(rows.row(first + row),
                   std::span(inputs).subspan(row * encoder.n_inputs(), encoder.n_inputs()));
  }
  return inputs;
}

/// Adds the weighted answers of every member that reads `encoder` for a chunk of rows.
class Blender {
 public:
  Blender(const Pipeline& pipeline, const data::ConformedRows& rows)
      : pipeline_(pipeline),
        rows_(rows),
        width_(pipeline.task == data::Task::regression ? 1 : pipeline.n_classes) {
    for (const Member& member : pipeline.members) total_weight_ += member.weight;
  }

  void add_chunk(std::size_t first, std::size_t n) {
    inputs_.assign(pipeline_.encoders.size(), {});
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      inputs_[i] = encode_chunk(pipeline_.encoders[i], rows_, first, n);
    }
    const std::size_t begin = blended.size();
    blended.resize(begin + n * width_);
    for (const Member& member : pipeline_.members) {
      const auto answers = member_answers(member, inputs_[member.encoder], n, pipeline_.n_classes);
      const double share = member.weight / total_weight_;
      for (std::size_t i = 0; i < answers.size(); ++i) blended[begin + i] += share * answers[i];
    }
    if (!pipeline_.interval || !pipeline_.interval->scale) return;
    const ErrorScale& scale = *pipeline_.interval->scale;
    const auto more = error_scales(scale, inputs_[scale.encoder], n);
    scales.insert(scales.end(), more.begin(), more.end());
  }

  std::vector<double> blended;
  std::vector<double> scales;

 private:
  const Pipeline& pipeline_;
  const data::ConformedRows& rows_;
  std::size_t width_;
  double total_weight_ = 0;
  std::vector<std::vector<float>> inputs_;  ///< one an encoder
};

data::Predictions finish_values(const Pipeline& pipeline, std::vector<double> values,
                                std::span<const double> scales) {
  data::Predictions answer{.task = pipeline.task, .n_rows = values.size()};
  answer.lower.assign(values.size(), std::numeric_limits<double>::quiet_NaN());
  answer.upper = answer.lower;
  const auto clamp = [&](double value) {
    return std::clamp(value, pipeline.minimum, pipeline.maximum);
  };
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (pipeline.interval) {
      const double scale = scales.empty() ? 1.0 : scales[row];
      answer.lower[row] = clamp(values[row] - pipeline.interval->below * scale);
      answer.upper[row] = clamp(values[row] + pipeline.interval->above * scale);
    }
    values[row] = clamp(values[row]);
  }
  answer.values = std::move(values);
  return answer;
}

std::uint32_t label_of(const Pipeline& pipeline, std::span<const double> shares) {
  if (pipeline.task == data::Task::binary) return shares[1] >= pipeline.threshold ? 1 : 0;
  const auto& weights = pipeline.label_weights;
  std::size_t best = 0;
  double largest = -1;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    const double weighted = weights.empty() ? shares[k] : weights[k] * shares[k];
    if (weighted > largest) {
      best = k;
      largest = weighted;
    }
  }
  return static_cast<std::uint32_t>(best);
}

data::Predictions finish_probabilities(const Pipeline& pipeline,
                                       std::vector<double> probabilities) {
  const std::size_t width = pipeline.n_classes;
  if (pipeline.calibration) calibrate(*pipeline.calibration, probabilities, width);
  data::Predictions answer{.task = pipeline.task,
                           .n_rows = probabilities.size() / width,
                           .n_classes = width,
                           .probabilities = std::move(probabilities)};
  answer.labels.reserve(answer.n_rows);
  for (std::size_t row = 0; row < answer.n_rows; ++row) {
    answer.labels.push_back(label_of(pipeline, answer.probabilities_of(row)));
  }
  return answer;
}

/// "(412 trees)", "(120 vectors)" or nothing.
std::string size_of(const Predictor& predictor) {
  if (const auto* forest = std::get_if<Forest>(&predictor)) {
    return fmt::format(" ({} trees)", forest->n_trees());
  }
  if (const auto* kernel = std::get_if<KernelExpansion>(&predictor)) {
    return fmt::format(" ({} vectors)", kernel->n_vectors());
  }
  return {};
}

}  // namespace

std::vector<double> member_answers(const Member& member, std::span<const float> inputs,
                                   std::size_t n_rows, std::size_t n_classes) {
  std::vector<double> margins(n_rows * n_outputs(member.predictor));
  predict_margins(member.predictor, inputs, n_rows, margins);
  std::vector<double> answers(n_rows * (is_regression(member.link) ? 1 : n_classes));
  apply_link(member.link, member.parameters, margins, n_rows, answers);
  return answers;
}

std::vector<double> error_scales(const ErrorScale& scale, std::span<const float> inputs,
                                 std::size_t n_rows) {
  std::vector<double> margins(n_rows);
  predict_margins(scale.predictor, inputs, n_rows, margins);
  std::vector<double> scales(n_rows);
  apply_link(scale.link, scale.parameters, margins, n_rows, scales);
  for (double& value : scales) value = std::max(scale.floor, value);
  return scales;
}

data::Predictions predict(const Pipeline& pipeline, const data::ConformedRows& rows) {
  Blender blender(pipeline, rows);
  for (std::size_t first = 0; first < rows.n_rows; first += kChunkRows) {
    blender.add_chunk(first, std::min(kChunkRows, rows.n_rows - first));
  }
  return finish(pipeline, std::move(blender.blended), blender.scales);
}

data::Predictions finish(const Pipeline& pipeline, std::vector<double> blended,
                         std::span<const double> scales) {
  if (pipeline.task == data::Task::regression) {
    return finish_values(pipeline, std::move(blended), scales);
  }
  return finish_probabilities(pipeline, std::move(blended));
}

std::string describe(const Pipeline& pipeline) {
  double total = 0;
  for (const Member& member : pipeline.members) total += member.weight;
  std::string text;
  for (const Member& member : pipeline.members) {
    if (!text.empty()) text += " + ";
    text += member.learner;
    if (pipeline.members.size() > 1) text += fmt::format(" {:.2f}", member.weight / total);
    text += size_of(member.predictor);
  }
  return text;
}

}  // namespace mlops::model
