// Files that people hand over as tables and that are none.
#pragma once

#include <string_view>

namespace mlops::data {

/// Throws invalid_data ("data.not_a_table") when the first bytes, not decoded yet, are those of a
/// workbook, an archive or a database. `name` names it.
void refuse_foreign_bytes(std::string_view head, std::string_view name);

/// The same for decoded bytes: full of control characters, a page of HTML, a JSON array.
void refuse_foreign_text(std::string_view head, std::string_view name);

}  // namespace mlops::data
