// Class weights for rare classes: what they are, how rows get them, and how labels follow from
// them. Fits see the classes in balanced proportions; probabilities are led back to the data's own
// (model::LinkParameters::class_factors); labels are chosen as if all classes were equally common.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "data/metrics.hpp"
#include "learn/candidate.hpp"
#include "learn/dataset.hpp"
#include "learn/judging.hpp"
#include "learn/sample.hpp"
#include "learn/train.hpp"
#include "model/pipeline.hpp"

namespace mlops::learn {

/// n / (k x n_c) for each class c, with n rows and k classes that have any; 1 for a class without
/// rows. Source: scikit-learn, compute_class_weight("balanced"), after King & Zeng, "Logistic
/// regression in rare events data", 2001.
[[nodiscard]] std::vector<double> balanced_class_weights(std::span<const std::uint32_t> classes,
                                                         std::size_t n_classes);

/// Multiplies the sample's row weights by the dataset's class weights, where it has any.
void apply_class_weights(const Dataset& dataset, Sample& sample);

/// Finds the factors that lead a candidate fitted with class weights back to the data's proportions
/// and multiplies its answers by them: 1 / weight as theory has it, then so that each class's mean
/// is its share of the judging rows. (Deep trees have pure leaves, which weights do not move: for
/// them theory alone leads past the goal.) Does nothing without class weights.
void lead_back(const Dataset& dataset, const Judging& judging, Candidate& candidate);

/// As many rows, each class as often as its weight says: every row floor(w) times, the rest drawn
/// among the class's rows. For trainers that know no row weights; the sample itself where it has no
/// class weights. Requires: a sample with `inputs`.
[[nodiscard]] Sample resampled(const Sample& train, std::uint64_t seed);

/// Whether the metric looks at labels and not only at probabilities.
[[nodiscard]] bool depends_on_labels(data::Metric metric) noexcept;

/// The metric that labels are chosen for: the selection metric where it depends on labels, balanced
/// accuracy where class weights were asked for, otherwise nothing.
[[nodiscard]] std::optional<data::Metric> label_metric(const TrainingOptions& options);

/// Sets threshold or label weights to what is best for balanced accuracy when probabilities are
/// right: the class with the largest probability relative to its share of `truth`. Does nothing
/// unless labels are chosen for balanced accuracy.
void set_label_rule(const TrainingOptions& options, const data::Truth& truth,
                    model::Pipeline& pipeline);

/// Tries thresholds from 0.02 to 0.98, or label weights share^-t for t = 0 to 1 by quarters, and
/// keeps what does best by `metric` on `probabilities` before calibration, n x n_classes; the rule
/// that is set stays where no other gains 0.002.
void tune_label_rule(data::Metric metric, std::span<const double> probabilities,
                     const data::Truth& truth, model::Pipeline& pipeline);

}  // namespace mlops::learn
