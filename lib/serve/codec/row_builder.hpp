// Collects the cells of a scoring request, whatever dialect and order they come in, and says what
// does not fit: row, column, code. The one place where "missing", "unknown" and "wrong" are told
// apart for HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/conform.hpp"
#include "serve/problem.hpp"

namespace mlops::serve::codec {

/// Rows ready for a model, or the reasons why not.
struct DecodedRows {
  data::ConformedRows rows;
  /// The client's own ids: empty, or one a row ("" where it gave none).
  std::vector<std::string> client_ids;
  bool explain = false;
  /// Anything here and the request is refused; at most kMaxRowProblems, `n_errors` counts all.
  std::vector<RowProblem> errors;
  std::uint64_t n_errors = 0;
};

/// The refusal of more rows than a request may bring; answered 413.
[[noreturn]] void throw_too_many_rows(std::size_t max_rows);

/// Builds DecodedRows. Not thread-safe.
class RowBuilder {
 public:
  /// Borrows the conformer. `max_rows` from ServerLimits.
  RowBuilder(const data::RowConformer& conformer, std::size_t max_rows);

  /// Appends rows without cells; returns the index of the first one. Throws Error
  /// "predict.too_many_rows" (answered 413) beyond the limit.
  std::size_t add_rows(std::size_t n);

  /// The feature a column feeds; nothing for columns that are not features. Fast when columns come
  /// in the schema's order.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view column) noexcept;
  /// A column that feeds no feature: a warning of `row` when the schema does not know it at all.
  void note_unknown(std::string_view column, std::size_t row);

  void number(std::size_t row, std::size_t feature, double value);
  void text(std::size_t row, std::size_t feature, std::string_view value);
  void boolean(std::size_t row, std::size_t feature, bool value);
  void missing(std::size_t row, std::size_t feature);
  /// An array or object where a value belongs: an error.
  void nested(std::size_t row, std::size_t feature);
  void reject(std::size_t row, std::string_view column, std::string_view code, std::string message);
  /// Throws nothing; ids that are no ids are rejected.
  void client_id(std::size_t row, std::string_view id);

  /// Rows that were conformed elsewhere, with the client's ids (empty: none). Before anything else.
  void take_table(data::ConformedRows rows, const std::vector<std::string>& client_ids);

  /// Whether any cell was given so far.
  [[nodiscard]] bool has_cells() const noexcept { return n_set_ > 0; }

  /// Everything; the builder is spent. Absent columns become warnings, unreadable values errors.
  [[nodiscard]] DecodedRows finish();

 private:
  /// False, with a remark, when the cell was given before.
  bool claim(std::size_t row, std::size_t feature);
  void note_absent_columns();
  void promote_issues();

  const data::RowConformer* conformer_;
  std::size_t max_rows_;
  std::size_t n_features_;
  std::size_t expected_ = 0;  ///< the feature that comes next when columns come in order
  std::size_t n_set_ = 0;
  std::vector<std::uint8_t> set_;  ///< n_rows x n_features
  DecodedRows decoded_;
};

}  // namespace mlops::serve::codec
