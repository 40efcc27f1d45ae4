// The stored and shown form of a dialect: in manifests and in --json documents.
#pragma once

#include "base/json.hpp"
#include "data/reader.hpp"

namespace mlops::data {

/// Part of the on-disk format: add, never rename. One-character members are texts, those that are
/// absent null.
[[nodiscard]] Json to_json(const Dialect& dialect);
/// Throws invalid_data on a wrong shape.
[[nodiscard]] Dialect dialect_from_json(const Json& json);

}  // namespace mlops::data
