#include "serve/codec/json_rows.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "serve/codec/json_parser.hpp"

namespace mlops::serve::codec {
namespace {

namespace ondemand = simdjson::ondemand;

/// A row may carry the client's own id where the model has no such column.
constexpr std::string_view kIdMember = "id";

void read_client_id(RowBuilder& builder, std::size_t row, ondemand::value value) {
  const ondemand::json_type type = value.type();
  if (type == ondemand::json_type::string) {
    builder.client_id(row, value.get_string());
  } else if (type == ondemand::json_type::number && value.is_integer()) {
    builder.client_id(row, fmt::format("{}", static_cast<std::int64_t>(value.get_int64())));
  } else {
    builder.reject(row, kIdMember, "bad_id", "an id is a text or a whole number");
  }
}

/// Unknown columns are not used, but what stands there must still be JSON.
void skip_value(ondemand::value value) {
  switch (value.type()) {
    case ondemand::json_type::number:
      static_cast<void>(value.get_number().value());
      break;
    case ondemand::json_type::string:
      static_cast<void>(value.get_string().value());
      break;
    case ondemand::json_type::boolean:
      static_cast<void>(value.get_bool().value());
      break;
    case ondemand::json_type::null:
      static_cast<void>(value.is_null());
      break;
    default:
      break;
  }
}

}  // namespace

void throw_malformed(std::string_view body) {
  constexpr std::string_view kHint = "the body must be one JSON document in UTF-8";
  if (body.starts_with("\xef\xbb\xbf"))
    throw Error(ErrorKind::invalid_argument, "json.malformed",
                "the request's body begins with a byte-order mark, which JSON does not have",
                "send it as UTF-8 without one");
  try {
    static_cast<void>(parse_json(body, "the request's body"));
  } catch (const Error& error) {
    throw Error(ErrorKind::invalid_argument, "json.malformed", error.what(), std::string(kHint));
  }
  throw Error(ErrorKind::invalid_argument, "json.malformed", "the request's body is not valid JSON",
              std::string(kHint));
}

JsonScratch::JsonScratch() : parser_(std::make_unique<Parser>()) {}

JsonScratch::~JsonScratch() = default;

void read_document(std::string& body, JsonScratch& scratch,
                   const std::function<void(ondemand::document&)>& read) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  try {
    ondemand::document document =
        scratch.parser().parser.iterate(simdjson::padded_string_view(body, body.capacity()));
    read(document);
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) throw_malformed(body);
  } catch (const simdjson::simdjson_error&) {
    throw_malformed(body);
  }
}

void put_value(RowBuilder& builder, std::size_t row, std::size_t feature, ondemand::value value) {
  switch (value.type()) {
    case ondemand::json_type::number:
      return builder.number(row, feature, value.get_double());
    case ondemand::json_type::string:
      return builder.text(row, feature, value.get_string());
    case ondemand::json_type::boolean:
      return builder.boolean(row, feature, value.get_bool());
    case ondemand::json_type::null:
      if (value.is_null()) return builder.missing(row, feature);
      throw simdjson::simdjson_error(simdjson::N_ATOM_ERROR);
    default:
      return builder.nested(row, feature);
  }
}

void read_object_row(RowBuilder& builder, ondemand::object object) {
  const std::size_t row = builder.add_rows(1);
  for (ondemand::field field : object) {
    const std::string_view key = field.unescaped_key();
    if (const auto feature = builder.find(key)) {
      put_value(builder, row, *feature, field.value());
    } else if (key == kIdMember) {
      read_client_id(builder, row, field.value());
    } else {
      builder.note_unknown(key, row);
      skip_value(field.value());
    }
  }
}

void refuse_shape(std::string_view code, std::string message, std::string hint) {
  throw Error(ErrorKind::invalid_argument, std::string(code), message, std::move(hint));
}

}  // namespace mlops::serve::codec
