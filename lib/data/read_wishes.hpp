// What is already known of a table before it is read: from the user's words, from a schema that new
// rows have to fit, or because this program wrote it.
#pragma once

#include "data/inference.hpp"
#include "data/reader.hpp"
#include "data/schema.hpp"

namespace mlops::data {

/// `options`, and what follows from the kinds that the user gave: a column said to be number is
/// read as numbers, so that a cell which is none is a bad one; a date with a format as text; a
/// dropped column or one of another kind is never refused for a cell that is no number.
[[nodiscard]] ReadOptions read_as_said(ReadOptions options, const InferenceOptions& said);

/// `options`, and what rows for a model of `schema` must be: number features are numbers, category
/// and date features stay text, cells of any other column refuse nothing; missing markers are
/// those of the training file unless `options` names others, and commas that could be either are
/// decimal where they were there.
[[nodiscard]] ReadOptions read_to_fit(ReadOptions options, const Schema& schema);

/// For what to_csv wrote of a table of `schema`: nothing is detected, only empty cells are missing,
/// columns of texts stay texts.
[[nodiscard]] ReadOptions read_as_written(const Schema& schema);

}  // namespace mlops::data
