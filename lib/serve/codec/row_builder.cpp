#include "serve/codec/row_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace mlops::serve::codec {
namespace {

constexpr std::size_t kMaxClientIdBytes = 128;
/// Names of unknown columns are told back; cut to this.
constexpr std::size_t kMaxNamedBytes = 100;

bool is_error(data::CellIssueCode code) {
  return code == data::CellIssueCode::not_a_number || code == data::CellIssueCode::not_finite;
}

std::string sentence(const data::CellIssue& issue) {
  return issue.code == data::CellIssueCode::not_finite
             ? fmt::format("'{}' is not a finite number", issue.value)
             : fmt::format("'{}' cannot be read as column '{}'", issue.value, issue.column);
}

}  // namespace

void throw_too_many_rows(std::size_t max_rows) {
  throw Error(ErrorKind::invalid_argument, "predict.too_many_rows",
              fmt::format("more than {} rows in one request", max_rows),
              "send them in several requests");
}

RowBuilder::RowBuilder(const data::RowConformer& conformer, std::size_t max_rows)
    : conformer_(&conformer), max_rows_(max_rows), n_features_(conformer.n_features()) {
  decoded_.rows.n_features = n_features_;
}

std::size_t RowBuilder::add_rows(std::size_t n) {
  const std::size_t first = decoded_.rows.n_rows;
  if (n > max_rows_ - first) throw_too_many_rows(max_rows_);
  decoded_.rows.n_rows += n;
  decoded_.rows.cells.resize(decoded_.rows.n_rows * n_features_, std::nan(""));
  set_.resize(decoded_.rows.n_rows * n_features_, 0);
  expected_ = 0;
  return first;
}

std::optional<std::size_t> RowBuilder::find(std::string_view column) noexcept {
  const auto& names = conformer_->feature_names();
  if (expected_ < n_features_ && names[expected_] == column) return expected_++;
  const auto found = conformer_->feature_index(column);
  if (found) expected_ = *found + 1;
  return found;
}

void RowBuilder::note_unknown(std::string_view column, std::size_t row) {
  if (conformer_->knows_column(column)) return;
  decoded_.rows.issues.push_back({.row = row,
                                  .feature = SIZE_MAX,
                                  .code = data::CellIssueCode::unknown_column,
                                  .column = std::string(column.substr(0, kMaxNamedBytes))});
}

bool RowBuilder::claim(std::size_t row, std::size_t feature) {
  std::uint8_t& set = set_[row * n_features_ + feature];
  if (set != 0) {
    const std::string& column = conformer_->feature_names()[feature];
    reject(row, column, "duplicate_column", fmt::format("column '{}' is given twice", column));
    return false;
  }
  set = 1;
  ++n_set_;
  return true;
}

void RowBuilder::number(std::size_t row, std::size_t feature, double value) {
  if (claim(row, feature))
    decoded_.rows.cells[row * n_features_ + feature] =
        conformer_->from_number(feature, value, row, decoded_.rows.issues);
}

void RowBuilder::text(std::size_t row, std::size_t feature, std::string_view value) {
  if (claim(row, feature))
    decoded_.rows.cells[row * n_features_ + feature] =
        conformer_->from_text(feature, value, row, decoded_.rows.issues);
}

void RowBuilder::boolean(std::size_t row, std::size_t feature, bool value) {
  if (claim(row, feature))
    decoded_.rows.cells[row * n_features_ + feature] =
        conformer_->from_boolean(feature, value, row, decoded_.rows.issues);
}

void RowBuilder::missing(std::size_t row, std::size_t feature) {
  claim(row, feature);
}

void RowBuilder::nested(std::size_t row, std::size_t feature) {
  if (claim(row, feature))
    reject(row, conformer_->feature_names()[feature], "not_a_value",
           "an array or object stands where a value belongs");
}

void RowBuilder::reject(std::size_t row, std::string_view column, std::string_view code,
                        std::string message) {
  ++decoded_.n_errors;
  if (decoded_.errors.size() < kMaxRowProblems)
    decoded_.errors.push_back({row, std::string(column), std::string(code), std::move(message)});
}

void RowBuilder::client_id(std::size_t row, std::string_view id) {
  if (id.empty() || id.size() > kMaxClientIdBytes)
    return reject(
        row, "id", "bad_id",
        fmt::format("an id has 1 to {} bytes, this one has {}", kMaxClientIdBytes, id.size()));
  if (decoded_.client_ids.size() <= row) decoded_.client_ids.resize(row + 1);
  decoded_.client_ids[row] = id;
}

void RowBuilder::take_table(data::ConformedRows rows, const std::vector<std::string>& client_ids) {
  decoded_.rows = std::move(rows);
  set_.assign(decoded_.rows.cells.size(), 1);
  const auto absent = std::count_if(decoded_.rows.issues.begin(), decoded_.rows.issues.end(),
                                    [](const data::CellIssue& issue) {
                                      return issue.code == data::CellIssueCode::missing_column;
                                    });
  n_set_ = set_.size();
  if (static_cast<std::size_t>(absent) == n_features_)
    reject(0, "", "no_known_column", "the table has none of the model's columns");
  for (std::size_t row = 0; row < client_ids.size(); ++row) {
    if (!client_ids[row].empty()) client_id(row, client_ids[row]);
  }
}

void RowBuilder::note_absent_columns() {
  if (n_set_ == set_.size()) return;
  for (std::size_t row = 0; row < decoded_.rows.n_rows; ++row) {
    const auto begin = set_.begin() + static_cast<std::ptrdiff_t>(row * n_features_);
    const auto end = begin + static_cast<std::ptrdiff_t>(n_features_);
    if (std::all_of(begin, end, [](std::uint8_t set) { return set == 0; })) {
      reject(row, "", "no_known_column", "the row has none of the model's columns");
      continue;
    }
    for (std::size_t f = 0; f < n_features_; ++f) {
      if (begin[static_cast<std::ptrdiff_t>(f)] == 0)
        decoded_.rows.issues.push_back({.row = row,
                                        .feature = f,
                                        .code = data::CellIssueCode::missing_column,
                                        .column = conformer_->feature_names()[f]});
    }
  }
}

void RowBuilder::promote_issues() {
  for (const data::CellIssue& issue : decoded_.rows.issues) {
    if (is_error(issue.code))
      reject(issue.row, issue.column, data::to_string(issue.code), sentence(issue));
  }
}

DecodedRows RowBuilder::finish() {
  note_absent_columns();
  auto& issues = decoded_.rows.issues;
  std::stable_sort(issues.begin(), issues.end(),
                   [](const auto& a, const auto& b) { return a.row < b.row; });
  promote_issues();
  if (!decoded_.client_ids.empty()) decoded_.client_ids.resize(decoded_.rows.n_rows);
  return std::move(decoded_);
}

}  // namespace mlops::serve::codec
