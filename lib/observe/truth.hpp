// Ground truth as people send it: when two truths are the same, and whether an answer was right.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "data/schema.hpp"

namespace mlops::observe {

/// The number that the whole text is, blanks around it aside; nothing when it is none or not
/// finite.
[[nodiscard]] std::optional<double> parse_truth_number(std::string_view text) noexcept;

/// Whether two truths say the same: numerically for regression, otherwise as text.
[[nodiscard]] bool same_truth(data::Task task, std::string_view a, std::string_view b) noexcept;

/// Index of the class that the text names: as text, or, where both are numbers, by value ("1.0"
/// names class "1"). Nothing for a class that training never saw.
[[nodiscard]] std::optional<std::uint32_t> class_of_truth(const std::vector<std::string>& classes,
                                                          std::string_view text) noexcept;

}  // namespace mlops::observe
