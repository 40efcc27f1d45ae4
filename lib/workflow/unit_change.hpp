// A column that was delivered in another unit: cents for euros, Fahrenheit for Celsius, a factor
// of 100. Found by undoing it: what is left looks like the reference again.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "data/profile.hpp"

namespace mlops::workflow {

/// Population stability index of numbers against a column's reference, over its frozen bins with
/// half a count added to each; NaNs are left out. Requires: a number column.
[[nodiscard]] double psi_against(const data::ColumnProfile& profile,
                                 std::span<const double> values);

/// "multiplied by 100", "in Fahrenheit instead of Celsius": the change that explains why the
/// numbers look nothing like the reference; nothing where they do, or where no change explains it.
[[nodiscard]] std::optional<std::string> unit_change(const data::ColumnProfile& profile,
                                                     std::span<const double> values);

}  // namespace mlops::workflow
