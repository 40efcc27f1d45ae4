// Back from a recipe to the options that repeat the training it describes.
#pragma once

#include "base/json.hpp"
#include "learn/train.hpp"

namespace mlops::learn {

/// The recorded options with the recorded number of trials in place of a clock; threads are those
/// of the first training. Held-out rows that were given are not in a recipe: the caller adds them
/// where `held_out_rows_given` says so.
/// Throws corrupt when the recipe lacks a member or holds a word that no version ever wrote.
[[nodiscard]] TrainingOptions replay_options(const Json& recipe);

/// Fills what `options` leave open from a recipe where a model should be trained as before: the
/// selection metric and class weights, where the recipe names any.
void inherit_options(const Json& recipe, TrainingOptions& options);

/// Whether the training was told which rows to hold out.
[[nodiscard]] bool held_out_rows_given(const Json& recipe);

/// The libraries a training by this program records: {"xgboost": "1.7.4", "dlib": "19.24.0"}.
[[nodiscard]] Json library_versions();

}  // namespace mlops::learn
