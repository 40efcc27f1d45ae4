#include "serve/codec/open_inference_codec.hpp"

namespace mlops::serve::codec {
namespace {

Datatype datatype_of(data::ColumnKind kind) {
  switch (kind) {
    case data::ColumnKind::number:
      return Datatype::FP64;
    case data::ColumnKind::boolean:
      return Datatype::BOOL;
    default:
      return Datatype::BYTES;
  }
}

}  // namespace

std::string_view to_string(Datatype datatype) noexcept {
  constexpr std::string_view kNames[] = {"BOOL", "UINT8", "UINT16", "UINT32", "UINT64",
                                         "INT8", "INT16", "INT32",  "INT64",  "FP16",
                                         "FP32", "FP64",  "BYTES"};
  return kNames[static_cast<std::size_t>(datatype)];
}

std::optional<Datatype> parse_datatype(std::string_view text) noexcept {
  for (const Datatype datatype : kDatatypes) {
    if (to_string(datatype) == text) return datatype;
  }
  return std::nullopt;
}

std::vector<TensorMetadata> input_tensors(const data::Schema& schema) {
  std::vector<TensorMetadata> tensors;
  for (const std::size_t column : schema.feature_columns())
    tensors.push_back(
        {schema.columns[column].name, datatype_of(schema.columns[column].kind), {-1}});
  return tensors;
}

std::vector<TensorMetadata> output_tensors(const data::Schema& schema) {
  if (schema.task == data::Task::regression)
    return {{"prediction", Datatype::FP64, {-1}},
            {"lower", Datatype::FP64, {-1}},
            {"upper", Datatype::FP64, {-1}},
            {"id", Datatype::BYTES, {-1}}};
  const auto n_classes = static_cast<std::int64_t>(schema.classes.size());
  return {{"prediction", Datatype::BYTES, {-1}},
          {"probabilities", Datatype::FP64, {-1, n_classes}},
          {"id", Datatype::BYTES, {-1}}};
}

}  // namespace mlops::serve::codec
