#include <fmt/format.h>

#include "base/suggest.hpp"
#include "serve/codec/json_rows.hpp"
#include "serve/codec/predict_codec.hpp"

namespace mlops::serve::codec {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kInstances = "instances";
constexpr std::string_view kExplain = "explain";
constexpr std::size_t kMaxNamedBytes = 100;
constexpr std::string_view kShapeHint =
    R"(send {"instances": [{"column": value, ...}, ...]}, or one such object alone)";

void read_instance(RowBuilder& builder, ondemand::value value) {
  if (value.type() == ondemand::json_type::object)
    return read_object_row(builder, value.get_object());
  const std::size_t row = builder.add_rows(1);
  builder.reject(row, "", "not_an_object", "an instance is an object {column: value}");
}

void read_instances(RowBuilder& builder, ondemand::value value) {
  if (value.type() == ondemand::json_type::object) return read_instance(builder, value);
  if (value.type() != ondemand::json_type::array)
    refuse_shape("predict.bad_shape", "'instances' is not an array", std::string(kShapeHint));
  for (ondemand::value instance : value.get_array()) read_instance(builder, instance);
}

bool read_explain(ondemand::value value) {
  if (value.type() != ondemand::json_type::boolean)
    refuse_shape("predict.bad_shape", "'explain' is neither true nor false");
  return value.get_bool();
}

/// True for {"instances": ...}, false for an instance standing alone.
bool is_envelope(ondemand::document& document) {
  if (document.type() != ondemand::json_type::object)
    refuse_shape("predict.bad_shape", "the request's body is not an object",
                 std::string(kShapeHint));
  ondemand::object object = document.get_object();
  for (ondemand::field first : object) {
    const std::string_view key = first.unescaped_key();
    if (key == kInstances || key == kExplain) return true;
    break;
  }
  document.rewind();
  object = document.get_object();
  const simdjson::error_code error = object.find_field_unordered(kInstances).error();
  // Anything else than absence is the end of the document: nothing of it may be touched again.
  if (error != simdjson::SUCCESS && error != simdjson::NO_SUCH_FIELD)
    throw simdjson::simdjson_error(error);
  return error == simdjson::SUCCESS;
}

[[noreturn]] void refuse_member(std::string_view key) {
  const std::vector<std::string> known{std::string(kInstances), std::string(kExplain)};
  const std::string suggestion = did_you_mean(key, known);
  refuse_shape("predict.unknown_member",
               fmt::format("the request has a member '{}' that means nothing here",
                           key.substr(0, kMaxNamedBytes)),
               suggestion.empty() ? std::string(kShapeHint) : suggestion);
}

void read_envelope(ondemand::object object, RowBuilder& builder, bool& explain) {
  bool found = false;
  for (ondemand::field field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == kExplain) {
      explain = read_explain(field.value());
    } else if (key != kInstances) {
      refuse_member(key);
    } else if (found) {
      refuse_shape("predict.bad_shape", "'instances' is given twice", std::string(kShapeHint));
    } else {
      found = true;
      read_instances(builder, field.value());
    }
  }
  if (!found)
    refuse_shape("predict.bad_shape", "there are no 'instances'", std::string(kShapeHint));
}

}  // namespace

DecodedRows decode_predict(std::string& body, const data::RowConformer& conformer,
                           std::size_t max_rows, JsonScratch& scratch) {
  RowBuilder builder(conformer, max_rows);
  bool explain = false;
  read_document(body, scratch, [&](ondemand::document& document) {
    const bool envelope = is_envelope(document);
    document.rewind();
    if (envelope) {
      read_envelope(document.get_object(), builder, explain);
    } else {
      read_object_row(builder, document.get_object());
      if (!builder.has_cells())
        refuse_shape("predict.bad_shape",
                     "there are no 'instances', and no member is a column of the model",
                     std::string(kShapeHint));
    }
  });
  DecodedRows decoded = builder.finish();
  if (decoded.rows.n_rows == 0 && decoded.n_errors == 0)
    refuse_shape("predict.no_rows", "there is not one instance", std::string(kShapeHint));
  decoded.explain = explain;
  return decoded;
}

}  // namespace mlops::serve::codec
