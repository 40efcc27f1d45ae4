#include "learn/encoding.hpp"

#include <algorithm>
#include <span>

#include "base/random.hpp"
#include "learn/boosting.hpp"
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

/// Turns rows into inputs: with one encoder, or each random part of the rows with its own.
struct RowEncoding {
  const Dataset& dataset;
  const RowIndices& rows;
  std::vector<model::Encoder> encoders;
  std::vector<std::uint8_t> part_of = {};  ///< empty, or the encoder of each row

  /// Inputs of rows `first`, ... as many as `inputs` holds.
  void encode(std::size_t first, std::span<float> inputs) const {
    const auto n_inputs = encoders.front().n_inputs();
    const auto n_features = dataset.n_features();
    const auto asked = std::span(rows).subspan(first, inputs.size() / n_inputs);
    std::vector<double> cells(asked.size() * n_features);
    dataset.cells.copy_rows(asked, cells);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto& encoder = encoders[part_of.empty() ? 0 : part_of[first + i]];
      encoder.encode(std::span(cells).subspan(i * n_features, n_features),
                     inputs.subspan(i * n_inputs, n_inputs));
    }
  }
};

/// Each of five random parts is encoded with target means of the other four.
RowEncoding out_of_part(const Dataset& dataset, const model::Encoder& encoder,
                        const RowIndices& rows, std::uint64_t seed) {
  RowEncoding encoding{dataset, rows, {}};
  std::vector<std::size_t> part_of(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) part_of[i] = i % kMeanParts;
  Random(seed).shuffle(std::span(part_of));
  for (std::size_t part = 0; part < kMeanParts; ++part) {
    RowIndices others;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (part_of[i] != part) others.push_back(rows[i]);
    }
    encoding.encoders.push_back(with_target_means_of(encoder, dataset, others));
  }
  encoding.part_of.assign(part_of.begin(), part_of.end());
  return encoding;
}

/// Rows that are encoded at a time, so that their cells stay in the cache.
constexpr std::size_t kBlockRows = 1024;

void fill_inputs(const RowEncoding& encoding, Sample& sample) {
  sample.inputs.resize(sample.n_rows * sample.n_inputs);
  const std::span inputs(sample.inputs);
  for (std::size_t row = 0; row < sample.n_rows; row += kBlockRows) {
    const auto n = std::min(kBlockRows, sample.n_rows - row);
    encoding.encode(row, inputs.subspan(row * sample.n_inputs, n * sample.n_inputs));
  }
}

/// What trees train on: bins of the inputs, which themselves are never all in memory.
void make_training_matrix(const RowEncoding& encoding, unsigned n_threads, Sample& sample) {
  const std::vector<float> weights(sample.weights.begin(), sample.weights.end());
  xgboost::QuantizedShape shape{.n_rows = sample.n_rows,
                                .n_columns = sample.n_inputs,
                                .n_bins = n_bins(sample.n_inputs),
                                .n_threads = n_threads,
                                .weights = weights};
  const auto flags = category_inputs(encoding.encoders.front());
  if (std::find(flags.begin(), flags.end(), true) != flags.end()) shape.is_category = flags;
  sample.matrix = std::make_shared<xgboost::Matrix>(xgboost::Matrix::quantized(
      shape, [&](std::size_t first, std::span<float> values) { encoding.encode(first, values); }));
}

/// What trees are judged on.
void make_judging_matrix(const model::Encoder& encoder, unsigned n_threads, Sample& sample) {
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
  auto sample = bare_sample(dataset, rows);
  sample.n_inputs = encoder.n_inputs();
  apply_class_weights(dataset, sample);
  fill_inputs({dataset, rows, {encoder}}, sample);
  if (spec.numbers == NumberEncoding::raw) make_judging_matrix(encoder, n_threads, sample);
  return sample;
}

TrainingDesign make_training_design(const EncodingSpec& spec, const Dataset& dataset,
                                    const RowIndices& all_rows, std::uint64_t seed,
                                    unsigned n_threads) {
  auto encoder = fit_encoder(spec, dataset, all_rows);
  auto [rows, weights] = merge_duplicates(dataset, all_rows);
  auto sample = bare_sample(dataset, rows);
  sample.n_inputs = encoder.n_inputs();
  if (!weights.empty()) {
    sample.weights = std::move(weights);
    sample.merged = true;
  }
  apply_class_weights(dataset, sample);
  const auto encoding = has_target_map(encoder) ? out_of_part(dataset, encoder, rows, seed)
                                                : RowEncoding{dataset, rows, {encoder}};
  if (spec.numbers == NumberEncoding::raw) {
    make_training_matrix(encoding, n_threads, sample);
  } else {
    fill_inputs(encoding, sample);
  }
  return {std::move(encoder), std::move(sample)};
}

}  // namespace mlops::learn
