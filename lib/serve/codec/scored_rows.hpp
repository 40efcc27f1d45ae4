// What a scoring request comes to before a dialect spells it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/conform.hpp"
#include "data/predictions.hpp"
#include "model/model.hpp"

namespace mlops::serve::codec {

/// Answers for n rows with the ids they are logged under.
struct ScoredRows {
  std::vector<std::int64_t> ids;        ///< one a row
  std::vector<std::string> client_ids;  ///< empty, or one a row ("" where the client gave none)
  std::vector<data::CellIssue> issues;  ///< ascending by row
  data::Predictions predictions;
  std::optional<model::Contributions> contributions;
};

/// The id a row is known by outside: the client's own, else ours.
[[nodiscard]] std::string public_id(const ScoredRows& scored, std::size_t row);

}  // namespace mlops::serve::codec
