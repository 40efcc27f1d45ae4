// Columns of a schema as tests write them down.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "data/schema.hpp"

namespace mlops::test {

/// A column of that name and kind; of categories, its levels.
inline data::ColumnSchema described(std::string name, data::ColumnKind kind,
                                    std::vector<std::string> categories = {}) {
  data::ColumnSchema column;
  column.name = std::move(name);
  column.kind = kind;
  column.categories = std::move(categories);
  return column;
}

}  // namespace mlops::test
