// A version's self-test: a few of its own rows with the answers it gave when it was made. Whoever
// is about to serve a version checks that it still gives them, bit for bit.
#pragma once

#include <filesystem>

#include "data/table.hpp"
#include "model/model.hpp"

namespace mlops::model {

/// Writes self_test.json beside the bundle: {"instances":[{column: value}],"answers":[[...]]},
/// numbers as JSON numbers, missing as null, everything else as text; an answer is the class
/// probabilities, or {value, lower, upper}. Uses every row of `sample`. Throws io.
void write_self_test(const Model& model, const data::Table& sample,
                     const std::filesystem::path& directory);

/// Throws corrupt ("model.self_test_failed") when the model does not give the stored answers,
/// not_found when there is no self-test.
void run_self_test(const Model& model, const std::filesystem::path& directory);

}  // namespace mlops::model
