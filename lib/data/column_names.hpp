// Column names that can be used: none empty, none twice.
#pragma once

#include <string>
#include <vector>

#include "data/finding.hpp"

namespace mlops::data {

/// `names` made usable in place: an empty one becomes "column_<position>", a repeated one gets the
/// first free of "_1", "_2" ... behind it; names that were there first are never changed. A finding
/// ("data.renamed_column") for each change.
void make_names_usable(std::vector<std::string>& names, std::vector<Finding>& findings);

/// "column_1" ... "column_<n>", for files without a header.
[[nodiscard]] std::vector<std::string> generated_names(std::size_t n);

}  // namespace mlops::data
