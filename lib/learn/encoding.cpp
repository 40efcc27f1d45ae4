#include "learn/encoding.hpp"

#include <algorithm>
#include <span>

#include "base/random.hpp"
#include "learn/class_weights.hpp"
#include "learn/duplicates.hpp"
#include "learn/feature_fitter.hpp"
#include "learn/target_means.hpp"

namespace mlops::learn {

namespace {

using data::ColumnKind;

constexpr std::size_t kMostTargetMeanClasses = 12;
constexpr std::size_t kMeanParts = 5;

std::vector<bool> category_inputs(const model::Encoder& encoder) {
  std::vector<bool> flags;
  for (const auto& encoding : encoder.encodings()) {
    flags.insert(flags.end(), encoding.width(),
                 std::holds_alternative<model::CategoryCode>(encoding.step));
  }
  return flags;
}

Sample empty_sample(const Dataset& dataset, const model::Encoder& encoder, const RowIndices& rows) {
  auto sample = bare_sample(dataset, rows);
  sample.n_inputs = encoder.n_inputs();
  sample.inputs.resize(sample.n_rows * sample.n_inputs);
  apply_class_weights(dataset, sample);
  return sample;
}

void encode_row(const Dataset& dataset, const model::Encoder& encoder, std::uint32_t row,
                std::size_t position, Sample& sample) {
  encoder.encode(dataset.rows.row(row),
                 std::span(sample.inputs).subspan(position * sample.n_inputs, sample.n_inputs));
}

void encode_rows(const Dataset& dataset, const model::Encoder& encoder, const RowIndices& rows,
                 Sample& sample) {
  for (std::size_t i = 0; i < rows.size(); ++i) encode_row(dataset, encoder, rows[i], i, sample);
}

/// Each of five random parts is encoded with target means of the other four.
void encode_out_of_part(const Dataset& dataset, const model::Encoder& encoder,
                        const RowIndices& rows, std::uint64_t seed, Sample& sample) {
  std::vector<std::size_t> part_of(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) part_of[i] = i % kMeanParts;
  Random(seed).shuffle(std::span(part_of));
  for (std::size_t part = 0; part < kMeanParts; ++part) {
    RowIndices others;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (part_of[i] != part) others.push_back(rows[i]);
    }
    const auto out_of_part = with_target_means_of(encoder, dataset, others);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (part_of[i] == part) encode_row(dataset, out_of_part, rows[i], i, sample);
    }
  }
}

/// Trees read their own matrix; the floats are not needed twice.
void move_into_matrix(const EncodingSpec& spec, const model::Encoder& encoder, unsigned n_threads,
                      Sample& sample) {
  if (spec.numbers != NumberEncoding::raw) return;
  sample.matrix =
      std::make_shared<xgboost::Matrix>(sample.inputs, sample.n_rows, sample.n_inputs, n_threads);
  const auto flags = category_inputs(encoder);
  if (std::find(flags.begin(), flags.end(), true) != flags.end()) {
    sample.matrix->set_categorical(flags);
  }
  if (!sample.weights.empty()) {
    sample.matrix->set_weights(std::vector<float>(sample.weights.begin(), sample.weights.end()));
  }
  std::vector<float>().swap(sample.inputs);  // `= {}` would keep the memory
}

bool has_target_map(const model::Encoder& encoder) {
  return std::any_of(encoder.encodings().begin(), encoder.encodings().end(), [](const auto& e) {
    return std::holds_alternative<model::TargetMap>(e.step);
  });
}

}  // namespace

EncodingSpec simplified(const EncodingSpec& spec, const Dataset& dataset) {
  auto result = spec;
  bool has_categories = false;
  for (std::size_t feature = 0; feature < dataset.n_features(); ++feature) {
    has_categories = has_categories || dataset.column_of(feature).kind == ColumnKind::category;
  }
  const bool too_many_means = spec.categories == CategoryEncoding::target_mean &&
                              dataset.n_classes > kMostTargetMeanClasses;
  if (!has_categories || too_many_means) result.categories = CategoryEncoding::one_hot;
  return result;
}

Sample bare_sample(const Dataset& dataset, const RowIndices& rows) {
  Sample sample;
  sample.task = dataset.task;
  sample.n_classes = dataset.n_classes;
  sample.n_rows = rows.size();
  auto truth = truth_of(dataset, rows);
  sample.classes = std::move(truth.classes);
  sample.values = std::move(truth.values);
  for (const auto row : rows) {
    if (!dataset.weights.empty()) sample.weights.push_back(dataset.weights[row]);
  }
  return sample;
}

model::Encoder fit_encoder(const EncodingSpec& spec, const Dataset& dataset,
                           const RowIndices& rows) {
  return {fit_encodings(spec, dataset, rows), dataset.n_features()};
}

Sample make_sample(const EncodingSpec& spec, const Dataset& dataset, const model::Encoder& encoder,
                   const RowIndices& rows, unsigned n_threads) {
  auto sample = empty_sample(dataset, encoder, rows);
  encode_rows(dataset, encoder, rows, sample);
  move_into_matrix(spec, encoder, n_threads, sample);
  return sample;
}

TrainingDesign make_training_design(const EncodingSpec& spec, const Dataset& dataset,
                                    const RowIndices& all_rows, std::uint64_t seed,
                                    unsigned n_threads) {
  auto encoder = fit_encoder(spec, dataset, all_rows);
  auto [rows, weights] = merge_duplicates(dataset, all_rows);
  auto sample = empty_sample(dataset, encoder, rows);
  if (!weights.empty()) {
    sample.weights = std::move(weights);
    sample.merged = true;
    apply_class_weights(dataset, sample);
  }
  if (has_target_map(encoder)) {
    encode_out_of_part(dataset, encoder, rows, seed, sample);
  } else {
    encode_rows(dataset, encoder, rows, sample);
  }
  move_into_matrix(spec, encoder, n_threads, sample);
  return {std::move(encoder), std::move(sample)};
}

}  // namespace mlops::learn
