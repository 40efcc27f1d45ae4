// What kind a column is, and the schema entry that follows from it. The limits here are rules of
// thumb chosen by us.
#pragma once

#include <string_view>
#include <vector>

#include "data/column_facts.hpp"
#include "data/finding.hpp"
#include "data/schema.hpp"

namespace mlops::data {

/// A kind and why, for people.
struct KindVerdict {
  ColumnKind kind = ColumnKind::number;
  std::string reason;
  std::string datetime_format = {};  ///< datetime: when it is given; empty: the one that fits best
};

/// - constant: at most one different value.
/// - boolean: two values that are a known pair (no/yes, 0/1 ...).
/// - identifier: whole numbers that count the rows (in file order with few gaps, or in any order
///   without one), whole numbers that never repeat in a column named like a key, or texts of which
///   95 % never repeat, each from 20 rows on. Fractions are never identifiers.
/// - datetime: every text follows one date format.
/// - text: more than half of at least 20 cells different, more than 10,000 different, or sentences
///   of five words on average of which more than a tenth differ.
/// - category, number: everything else. Findings: data.mixed_dates, data.ambiguous_date,
///   data.date_like, data.amount_with_sign.
[[nodiscard]] KindVerdict infer_kind(const TableColumn& column, const ColumnFacts& facts,
                                     std::vector<Finding>& findings);

/// The kind a column has if it must be used: number, boolean, datetime or category.
[[nodiscard]] ColumnKind usable_kind(const TableColumn& column, const ColumnFacts& facts);

/// The schema entry for a column of a kind; role feature. Throws invalid_data when the cells cannot
/// be of that kind: data.not_boolean, data.not_a_date, data.not_a_number (no cell is one). Cells
/// that are not are missing, with a finding.
[[nodiscard]] ColumnSchema describe_column(const TableColumn& column, const ColumnFacts& facts,
                                           const KindVerdict& verdict,
                                           std::vector<Finding>& findings);

/// True for names whose last word is that of a key: "customerID", "user_id", "No".
[[nodiscard]] bool is_key_name(std::string_view name);

}  // namespace mlops::data
