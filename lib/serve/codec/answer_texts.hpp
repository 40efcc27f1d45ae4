// The parts of answers that are the same for every request of a version, escaped once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/schema.hpp"

namespace mlops::serve::codec {

/// JSON texts of one version.
struct AnswerTexts {
  AnswerTexts(std::string_view model, std::uint32_t version, const data::Schema& schema);

  std::string model;                  ///< quoted
  std::string version;                ///< digits
  std::vector<std::string> classes;   ///< quoted, in the schema's order
  std::vector<std::string> features;  ///< quoted, in the order of conformed cells
};

}  // namespace mlops::serve::codec
