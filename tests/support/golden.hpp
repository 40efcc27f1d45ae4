// Expected texts kept as files below tests/golden. MLOPS_UPDATE_GOLDEN=1 in the environment writes
// them anew, to be read in the diff before they are committed.
#pragma once

#include <string>
#include <string_view>

namespace mlops::test {

/// Fails the running doctest case when `actual` differs from tests/golden/NAME, or when that file
/// is absent.
void check_golden(const std::string& name, std::string_view actual);

}  // namespace mlops::test
