#include "serve/codec/open_inference_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "base/suggest.hpp"
#include "serve/codec/json_rows.hpp"
#include "serve/codec/json_tree.hpp"
#include "serve/codec/open_inference_codec.hpp"

namespace mlops::serve::codec {
namespace {

constexpr std::string_view kShapeHint =
    R"(send {"inputs": [{"name": "column", "shape": [n], "datatype": "FP64", "data": [...]}, ...]})";
constexpr std::size_t kMaxNamedBytes = 100;
/// Of one tensor; more cannot be in a body of the size that is read.
constexpr std::uint64_t kMaxElements = 1u << 28;

[[noreturn]] void refuse(std::string message) {
  refuse_shape("infer.bad_shape", std::move(message), std::string(kShapeHint));
}

/// One entry of "inputs".
struct Tensor {
  std::string_view name;
  Datatype datatype = Datatype::FP64;
  std::vector<std::uint64_t> shape;
  dom::element data;

  [[nodiscard]] std::uint64_t n_rows() const { return shape[0]; }
  [[nodiscard]] std::uint64_t n_columns() const { return shape.size() == 1 ? 1 : shape[1]; }
};

std::string_view text_member(dom::object object, std::string_view name, std::string_view of_what) {
  const auto value = member(object, name);
  if (!value || !value->is_string()) refuse(fmt::format("{} has no text '{}'", of_what, name));
  return value->get_string().value();
}

dom::array array_member(dom::object object, std::string_view name, std::string_view of_what) {
  const auto value = member(object, name);
  if (!value || !value->is_array()) refuse(fmt::format("{} has no array '{}'", of_what, name));
  return value->get_array().value();
}

std::vector<std::uint64_t> read_shape(dom::array array, std::string_view of_what) {
  std::vector<std::uint64_t> shape;
  std::uint64_t n_elements = 1;
  for (const dom::element size : array) {
    std::uint64_t n = 0;
    if (size.get_uint64().get(n) != simdjson::SUCCESS || n > kMaxElements)
      refuse(fmt::format("the shape of {} is not a list of sizes", of_what));
    shape.push_back(n);
    n_elements *= std::max<std::uint64_t>(n, 1);
    if (n_elements > kMaxElements) refuse(fmt::format("the shape of {} is too large", of_what));
  }
  if (shape.empty() || shape.size() > 2)
    refuse(fmt::format("the shape of {} is neither [rows] nor [rows, columns]", of_what));
  return shape;
}

Tensor read_tensor(dom::element value) {
  dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) refuse("an input is not an object");
  Tensor tensor{.name = text_member(object, "name", "an input")};
  const std::string what = fmt::format("input '{}'", tensor.name.substr(0, kMaxNamedBytes));
  const std::string_view datatype = text_member(object, "datatype", what);
  const auto parsed = parse_datatype(datatype);
  if (!parsed)
    refuse_shape("infer.bad_datatype",
                 fmt::format("the datatype '{}' of {} is not one that is read",
                             datatype.substr(0, kMaxNamedBytes), what),
                 "use FP64, FP32, INT64, INT32, ..., UINT8, BOOL or BYTES");
  tensor.datatype = *parsed;
  tensor.shape = read_shape(array_member(object, "shape", what), what);
  const auto data = member(object, "data");
  if (!data) refuse(fmt::format("{} has no 'data'; binary tensors are not read", what));
  tensor.data = *data;
  return tensor;
}

/// Calls `visit` for every value that is not an array, in row-major order.
void for_each_leaf(dom::element value, const std::function<void(dom::element)>& visit) {
  dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return visit(value);
  for (const dom::element item : array) for_each_leaf(item, visit);
}

template <typename Integer>
bool is_within(dom::element value) {
  std::int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS) {
    std::uint64_t big = 0;
    return value.get_uint64().get(big) == simdjson::SUCCESS && std::in_range<Integer>(big);
  }
  return std::in_range<Integer>(number);
}

/// Whether a value may stand in a tensor of that type; null, a missing value, may in all of them.
bool fits(dom::element value, Datatype datatype) {
  if (value.is_null()) return true;
  switch (datatype) {
    case Datatype::BOOL:
      return value.is_bool();
    case Datatype::BYTES:
      return value.is_string();
    case Datatype::UINT8:
      return is_within<std::uint8_t>(value);
    case Datatype::UINT16:
      return is_within<std::uint16_t>(value);
    case Datatype::UINT32:
      return is_within<std::uint32_t>(value);
    case Datatype::UINT64:
      return is_within<std::uint64_t>(value);
    case Datatype::INT8:
      return is_within<std::int8_t>(value);
    case Datatype::INT16:
      return is_within<std::int16_t>(value);
    case Datatype::INT32:
      return is_within<std::int32_t>(value);
    case Datatype::INT64:
      return is_within<std::int64_t>(value);
    case Datatype::FP16:
    case Datatype::FP32:
    case Datatype::FP64:
      return value.is_number();
  }
  return false;
}

/// The columns that a tensor's columns feed.
std::vector<ColumnTarget> targets_of(const Tensor& tensor, RowBuilder& builder,
                                     std::size_t n_features) {
  std::vector<ColumnTarget> targets;
  if (tensor.n_columns() == 1) {
    targets.emplace_back(builder, tensor.name);
  } else if (tensor.n_columns() == n_features) {
    for (std::size_t feature = 0; feature < n_features; ++feature) targets.emplace_back(feature);
  } else {
    refuse(fmt::format("input '{}' has {} columns; a matrix has the model's {}, a column has one",
                       tensor.name.substr(0, kMaxNamedBytes), tensor.n_columns(), n_features));
  }
  return targets;
}

void put_tensor(const Tensor& tensor, RowBuilder& builder, std::size_t n_features) {
  const std::vector<ColumnTarget> targets = targets_of(tensor, builder, n_features);
  const std::uint64_t wanted = tensor.n_rows() * tensor.n_columns();
  std::uint64_t n = 0;
  for_each_leaf(tensor.data, [&](dom::element value) {
    const std::uint64_t at = n++;
    if (at >= wanted) return;
    const std::size_t row = at / targets.size();
    if (fits(value, tensor.datatype)) return targets[at % targets.size()].put(builder, row, value);
    builder.reject(
        row, tensor.name.substr(0, kMaxNamedBytes), "wrong_datatype",
        fmt::format("a value is not of the tensor's datatype {}", to_string(tensor.datatype)));
  });
  if (n != wanted)
    refuse(fmt::format("input '{}' has {} values where its shape says {}",
                       tensor.name.substr(0, kMaxNamedBytes), n, wanted));
}

/// The names in "outputs", each one of the model's.
std::vector<std::string> read_outputs(dom::object request, const data::Schema& schema,
                                      bool explain) {
  std::vector<std::string> known;
  for (const TensorMetadata& tensor : output_tensors(schema)) known.push_back(tensor.name);
  if (explain) known.emplace_back("contributions");
  std::vector<std::string> wanted;
  if (!member(request, "outputs")) return wanted;
  for (const dom::element item : array_member(request, "outputs", "the request")) {
    dom::object object;
    if (item.get_object().get(object) != simdjson::SUCCESS) refuse("an output is not an object");
    std::string name(text_member(object, "name", "an output"));
    if (std::find(known.begin(), known.end(), name) == known.end())
      refuse_shape("infer.unknown_output",
                   fmt::format("the model has no output '{}'", name.substr(0, kMaxNamedBytes)),
                   did_you_mean(name, known));
    wanted.push_back(std::move(name));
  }
  return wanted;
}

/// {"explain": true} among the request's parameters; others are not ours and mean nothing here.
bool read_explain(dom::object request) {
  const auto parameters = member(request, "parameters");
  if (!parameters) return false;
  if (!parameters->is_object()) refuse("'parameters' is not an object");
  const auto explain = member(parameters->get_object().value(), "explain");
  if (!explain) return false;
  if (!explain->is_bool()) refuse("the parameter 'explain' is neither true nor false");
  return explain->get_bool().value();
}

std::string read_id(dom::object request) {
  const auto id = member(request, "id");
  if (!id) return {};
  if (!id->is_string()) refuse("the request's 'id' is not a text");
  return std::string(id->get_string().value());
}

void read_inputs(dom::object request, RowBuilder& builder, std::size_t n_features) {
  std::optional<std::uint64_t> n_rows;
  for (const dom::element item : array_member(request, "inputs", "the request")) {
    const Tensor tensor = read_tensor(item);
    if (!n_rows) {
      n_rows = tensor.n_rows();
      builder.add_rows(*n_rows);
    }
    if (tensor.n_rows() != *n_rows)
      refuse(fmt::format("input '{}' has {} rows, those before it have {}",
                         tensor.name.substr(0, kMaxNamedBytes), tensor.n_rows(), *n_rows));
    put_tensor(tensor, builder, n_features);
  }
  if (n_rows.value_or(0) == 0)
    refuse_shape("predict.no_rows", "there is not one row to score", std::string(kShapeHint));
}

}  // namespace

ScoringCall decode_open_inference(std::string& body, const TensorReader& reader,
                                  std::size_t max_rows, JsonScratch& scratch) {
  RowBuilder builder(reader.conformer, max_rows);
  ScoringCall call;
  bool explain = false;
  read_tree(body, scratch, [&](dom::element root) {
    dom::object request;
    if (root.get_object().get(request) != simdjson::SUCCESS)
      refuse("the request's body is not an object");
    call.request_id = read_id(request);
    explain = read_explain(request);
    call.outputs = read_outputs(request, reader.schema, explain);
    read_inputs(request, builder, reader.conformer.n_features());
  });
  call.decoded = builder.finish();
  call.decoded.explain = explain;
  return call;
}

}  // namespace mlops::serve::codec
