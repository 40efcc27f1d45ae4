// A table's columns as people check them: kind, use, range or categories, missing values, why.
#pragma once

#include "data/schema.hpp"
#include "render/capabilities.hpp"
#include "render/table.hpp"

namespace mlops::render {

[[nodiscard]] Table schema_table(const data::Schema& schema, const Capabilities& capabilities);

}  // namespace mlops::render
