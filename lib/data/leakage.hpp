// Features that give the target away: one alone, or several that add up to it.
#pragma once

#include <vector>

#include "data/conform.hpp"
#include "data/finding.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"

namespace mlops::data {

/// One finding (data.target_leakage) for each feature involved.
///
/// Alone, classification: the feature's bins or levels, each answering its most frequent class,
/// fitted on every other row, avoid 98 % of the errors of the most frequent class on the rows
/// between. Alone, regression: Spearman's rank correlation is at least 0.999 either way.
/// Together (regression): a linear combination of at most 8 numeric features explains 99.99 % of
/// the variance; found by orthogonal matching pursuit (Pati, Rezaiifar & Krishnaprasad, 1993).
/// At most 20,000 rows, evenly spaced, are looked at; fewer than 50 prove nothing. The limits are
/// chosen by us.
[[nodiscard]] std::vector<Finding> find_leakage(const Table& table, const Schema& schema);

}  // namespace mlops::data
