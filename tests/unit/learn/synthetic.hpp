// Small seeded tables with a known truth, and the schema that inference would give them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/schema.hpp"
#include "data/table.hpp"
#include "learn/dataset.hpp"
#include "learn/train.hpp"

namespace mlops::test {

/// A table and its schema.
struct Labelled {
  data::Table table;
  data::Schema schema;
};

/// Columns x0, x1, x2 (numbers), color (red, green, blue), flag (boolean), y. Regression:
/// y = 3 x0 + 2 [color = red] + noise. Binary: log odds 2 x0 + 1.5 [color = red] - 1. Multiclass:
/// three classes by x0 + noise. x1 has 5 % missing cells.
[[nodiscard]] Labelled make_labelled(data::Task task, std::size_t n_rows, std::uint64_t seed);

/// The rows that can be learnt from; findings are dropped.
[[nodiscard]] learn::Dataset dataset_of(const Labelled& labelled);
learn::Dataset dataset_of(Labelled&&) = delete;  // it would outlive its table

/// 0 .. n-1.
[[nodiscard]] std::vector<std::uint32_t> first_rows(std::size_t n);

/// Options for tests: fast preset, few trials, no clock, one thread.
[[nodiscard]] learn::TrainingOptions quick_options(unsigned max_trials);

/// train() without a listener and without cancellation.
[[nodiscard]] learn::TrainingResult train_quietly(const Labelled& labelled,
                                                  const learn::TrainingOptions& options);

/// The model's bytes.
[[nodiscard]] std::string bytes_of(const learn::TrainingResult& result);

}  // namespace mlops::test
