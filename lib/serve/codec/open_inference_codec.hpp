// The wire format of the Open Inference Protocol's infer routes, JSON over HTTP.
// Source: Open Inference Protocol, version 2, "REST API".
//
// A request holds tensors: one a column, named like it, of shape [n] or [n, 1]; or one matrix of
// shape [n, number of features] with the columns in the schema's order. An answer holds the tensors
// "prediction", then "probabilities" (classification) or "lower" and "upper" (regression), then
// "id", by which feedback is given.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/schema.hpp"

namespace mlops::serve::codec {

/// The protocol's element types that are read here.
enum class Datatype {
  BOOL,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
  INT8,
  INT16,
  INT32,
  INT64,
  FP16,
  FP32,
  FP64,
  BYTES
};

inline constexpr std::array kDatatypes = {
    Datatype::BOOL, Datatype::UINT8, Datatype::UINT16, Datatype::UINT32, Datatype::UINT64,
    Datatype::INT8, Datatype::INT16, Datatype::INT32,  Datatype::INT64,  Datatype::FP16,
    Datatype::FP32, Datatype::FP64,  Datatype::BYTES};

std::string_view to_string(Datatype datatype) noexcept;
std::optional<Datatype> parse_datatype(std::string_view text) noexcept;

/// One tensor in words, for model metadata.
struct TensorMetadata {
  std::string name;
  Datatype datatype = Datatype::FP64;
  /// -1: any number.
  std::vector<std::int64_t> shape;
};

/// The columns a model reads, one tensor each.
[[nodiscard]] std::vector<TensorMetadata> input_tensors(const data::Schema& schema);
/// What it answers.
[[nodiscard]] std::vector<TensorMetadata> output_tensors(const data::Schema& schema);

}  // namespace mlops::serve::codec
