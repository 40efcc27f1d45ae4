#include "base/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <string>

namespace mlops {
namespace {

Json scalar_to_json(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted: always text
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  const char* end_of_text = text.data() + text.size();
  std::int64_t integer = 0;
  auto result = std::from_chars(text.data(), end_of_text, integer);
  if (result.ec == std::errc{} && result.ptr == end_of_text) return integer;
  double number = 0;
  result = std::from_chars(text.data(), end_of_text, number);
  if (result.ec == std::errc{} && result.ptr == end_of_text) return number;
  return text;
}

Json node_to_json(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return scalar_to_json(node);
    case YAML::NodeType::Sequence: {
      Json array = Json::array();
      for (const YAML::Node& item : node) array.push_back(node_to_json(item));
      return array;
    }
    case YAML::NodeType::Map: {
      Json object = Json::object();
      for (const auto& pair : node) object[pair.first.Scalar()] = node_to_json(pair.second);
      return object;
    }
    default:
      return nullptr;
  }
}

}  // namespace

Json parse_yaml(std::string_view text, std::string_view source) {
  try {
    Json value = node_to_json(YAML::Load(std::string(text)));
    if (value.is_null()) value = Json::object();
    return value;
  } catch (const YAML::Exception& error) {
    throw Error(ErrorKind::invalid_argument, "config.malformed",
                fmt::format("{} is not valid YAML at line {}, column {}: {}", source,
                            error.mark.line + 1, error.mark.column + 1, error.msg));
  }
}

}  // namespace mlops
