// Whether the parts of a pipeline fit together: what learn builds and what a bundle holds pass
// through the same questions.
#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "model/pipeline.hpp"

namespace mlops::model {
namespace {

constexpr std::size_t kMaxLearnerBytes = 100;

template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(ErrorKind::invalid_argument, "model.bad_pipeline",
              fmt::format(format, std::forward<Args>(args)...));
}

void check_task(const Pipeline& pipeline) {
  const std::size_t n = pipeline.n_classes;
  const bool fits = pipeline.task == data::Task::regression ? n == 0
                    : pipeline.task == data::Task::binary   ? n == 2
                                                            : n >= 2;
  if (!fits) fail("{} classes for a {} task", n, data::to_string(pipeline.task));
}

void check_parameters(const LinkParameters& parameters) {
  if (!std::isfinite(parameters.margin_scale) || !std::isfinite(parameters.margin_shift) ||
      !std::isfinite(parameters.offset)) {
    fail("a link's scale {}, shift {} and offset {} must be finite", parameters.margin_scale,
         parameters.margin_shift, parameters.offset);
  }
  if (!(parameters.floor > 0 && parameters.floor < 0.5)) {
    fail("a link's floor is {}, not between 0 and 0.5", parameters.floor);
  }
}

void check_inputs(const Pipeline& pipeline, std::size_t encoder, const Predictor& predictor) {
  if (encoder >= pipeline.encoders.size()) {
    fail("encoder {} of {}", encoder, pipeline.encoders.size());
  }
  const std::size_t n = pipeline.encoders[encoder].n_inputs();
  if (n_inputs(predictor) != n) {
    fail("a predictor of {} inputs behind an encoder of {}", n_inputs(predictor), n);
  }
}

/// Whether a link's kind and number of margins give this task's answers.
bool link_fits(const Pipeline& pipeline, Link link, std::size_t n_margins) {
  if (pipeline.task == data::Task::regression) return is_regression(link) && n_margins == 1;
  if (n_margins == 1) {
    return pipeline.n_classes == 2 && (link == Link::logistic || link == Link::clipped_share);
  }
  return n_margins == pipeline.n_classes && !is_regression(link) && link != Link::logistic;
}

void check_class_weights(const Pipeline& pipeline, std::string_view what,
                         const std::vector<double>& weights) {
  if (weights.empty()) return;
  if (weights.size() != pipeline.n_classes) {
    fail("{} {} for {} classes", weights.size(), what, pipeline.n_classes);
  }
  if (!are_class_weights(weights)) fail("one of the {} is out of range", what);
}

void check_member(const Pipeline& pipeline, const Member& member) {
  check_inputs(pipeline, member.encoder, member.predictor);
  if (!link_fits(pipeline, member.link, n_outputs(member.predictor))) {
    fail("a {} link on {} margins for a {} task of {} classes", to_string(member.link),
         n_outputs(member.predictor), data::to_string(pipeline.task), pipeline.n_classes);
  }
  check_parameters(member.parameters);
  check_class_weights(pipeline, "class factors", member.parameters.class_factors);
  if (!(member.weight > 0) || !std::isfinite(member.weight)) {
    fail("a member's weight is {}, not a positive number", member.weight);
  }
  if (member.learner.size() > kMaxLearnerBytes) {
    fail("a learner's name has {} bytes", member.learner.size());
  }
}

void check_interval(const Pipeline& pipeline, const ConformalInterval& interval) {
  const auto is_width = [](double value) { return value >= 0 && std::isfinite(value); };
  if (!is_width(interval.below) || !is_width(interval.above)) {
    fail("interval widths are {} and {}", interval.below, interval.above);
  }
  if (!(interval.coverage > 0 && interval.coverage < 1)) {
    fail("an interval's coverage is {}", interval.coverage);
  }
  if (!interval.scale) return;
  const ErrorScale& scale = *interval.scale;
  check_inputs(pipeline, scale.encoder, scale.predictor);
  check_parameters(scale.parameters);
  if (n_outputs(scale.predictor) != 1 || !is_regression(scale.link)) {
    fail("an error scale of {} outputs and a {} link", n_outputs(scale.predictor),
         to_string(scale.link));
  }
  if (!(scale.floor > 0) || !std::isfinite(scale.floor)) {
    fail("an error scale's floor is {}, not a positive number", scale.floor);
  }
}

}  // namespace

void Pipeline::validate() const {
  check_task(*this);
  if (encoders.empty() || members.empty()) {
    fail("{} encoders and {} members", encoders.size(), members.size());
  }
  for (const Encoder& encoder : encoders) {
    if (encoder.n_features() != encoders.front().n_features()) {
      fail("encoders of {} and {} features", encoders.front().n_features(), encoder.n_features());
    }
  }
  for (const Member& member : members) check_member(*this, member);
  const bool regression = task == data::Task::regression;
  if (regression ? calibration.has_value() : interval.has_value()) {
    fail("a {} task with {}", data::to_string(task), regression ? "calibration" : "an interval");
  }
  if (calibration) model::validate(*calibration, n_classes);
  if (interval) check_interval(*this, *interval);
  check_class_weights(*this, "label weights", label_weights);
  if (task == data::Task::binary && !label_weights.empty()) fail("label weights of two classes");
  if (!(threshold >= 0 && threshold <= 1)) fail("the threshold is {}", threshold);
  if (!(minimum <= maximum)) fail("the range {} to {} is empty", minimum, maximum);
}

}  // namespace mlops::model
