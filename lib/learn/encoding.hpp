// Fits encoders on training rows and nothing else, and makes samples with them. Target means of
// the training rows are out of fold: no row's own target enters its inputs.
#pragma once

#include "learn/dataset.hpp"
#include "learn/sample.hpp"
#include "learn/split.hpp"
#include "learn/trial.hpp"
#include "model/encoder.hpp"

namespace mlops::learn {

/// The spec without what makes no difference for these columns, so that equal designs share one.
[[nodiscard]] EncodingSpec simplified(const EncodingSpec& spec, const Dataset& dataset);

/// An encoder fitted on `rows`. It has at least one input.
[[nodiscard]] model::Encoder fit_encoder(const EncodingSpec& spec, const Dataset& dataset,
                                         const RowIndices& rows);

/// Rows through a fitted encoder.
[[nodiscard]] Sample make_sample(const EncodingSpec& spec, const Dataset& dataset,
                                 const model::Encoder& encoder, const RowIndices& rows,
                                 unsigned n_threads);

/// Truth and weights of rows without inputs: all a dummy needs.
[[nodiscard]] Sample bare_sample(const Dataset& dataset, const RowIndices& rows);

/// An encoder and the rows it was fitted on, ready to train on.
struct TrainingDesign {
  model::Encoder encoder;
  Sample sample;
};
[[nodiscard]] TrainingDesign make_training_design(const EncodingSpec& spec, const Dataset& dataset,
                                                  const RowIndices& rows, std::uint64_t seed,
                                                  unsigned n_threads);

}  // namespace mlops::learn
