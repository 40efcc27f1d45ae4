#include "data/row_errors.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kListedLines = 5;

std::string line_text(const CsvInput& input, std::uint64_t offset) {
  return grouped(line_of(*input.source, offset));
}

std::string and_more(std::uint64_t n) {
  return n > 1 ? fmt::format(" (and {} more)", grouped(n - 1)) : std::string();
}

/// "also line 3 (2 fields), line 9 (7 fields)" for the bad rows behind the first.
std::string further_rows(const CsvInput& input, const SliceResult& slice) {
  std::string text;
  for (std::size_t i = 1; i < slice.bad_rows.size() && i < kListedLines; ++i) {
    const BadRow& row = slice.bad_rows[i];
    text += fmt::format("{}line {}", text.empty() ? "also " : ", ", line_text(input, row.offset));
    if (row.n_fields > 0) text += fmt::format(" ({})", counted(row.n_fields, "field"));
  }
  return text;
}

Finding describe_bad_rows(const CsvInput& input, const CsvLayout& layout,
                          const SliceResult& slice) {
  const BadRow& first = slice.bad_rows.front();
  const std::string line = line_text(input, first.offset);
  const std::string others = further_rows(input, slice);
  const std::string way_out =
      "fix the lines, or pass over them with --on-bad-row skip, or fill them with --on-bad-row "
      "missing";
  const std::string hint = others.empty() ? way_out : others + "; " + way_out;
  if (first.n_fields == 0) {
    return {"data.bare_quote", "",
            fmt::format("{}: line {}: a quote inside a quoted field is not doubled{}", input.name,
                        line, and_more(slice.n_bad_rows)),
            hint};
  }
  return {"data.ragged_row", "",
          fmt::format("{}: line {} has {}, {} {}{}", input.name, line,
                      counted(first.n_fields, "field"), layout.header ? "the header" : "the table",
                      layout.names.size(), and_more(slice.n_bad_rows)),
          hint};
}

}  // namespace

void check_rows(const CsvInput& input, const ReadOptions& options, const CsvLayout& layout,
                const SliceResult& slice, std::vector<Finding>& findings) {
  if (slice.unterminated) {
    throw Error(ErrorKind::invalid_data, "data.unterminated_quote",
                fmt::format("{}: line {}: a quoted field in the record that begins here never ends",
                            input.name, line_text(input, *slice.unterminated)),
                "close the quote, or say that nothing is quoted with --quote none");
  }
  if (slice.n_trailing > 0) {
    findings.push_back(
        {"data.trailing_separator", "",
         fmt::format(
             "{}: {} with a separator, with nothing behind it", input.name,
             slice.n_trailing == 1 ? "1 row ends" : grouped(slice.n_trailing) + " rows end"),
         ""});
  }
  if (slice.n_bad_rows == 0) return;
  Finding finding = describe_bad_rows(input, layout, slice);
  if (options.on_bad_row == OnBadRow::fail) {
    throw Error(ErrorKind::invalid_data, finding.code, finding.message, finding.hint);
  }
  finding.message += options.on_bad_row == OnBadRow::skip ? "; left out" : "; cut or filled";
  finding.hint.clear();
  findings.push_back(std::move(finding));
}

Finding describe_bad_cells(const CsvInput& input, const std::string& name,
                           const ColumnBuilder& column) {
  const BadCell& first = column.bad_cells().front();
  return {
      "data.bad_number", name,
      fmt::format("{}: line {}, column '{}': \"{}\" is not a number{}", input.name,
                  line_text(input, first.offset), name, shown(first.text),
                  and_more(column.n_bad_cells())),
      fmt::format("--on-bad-row skip or missing passes over them; --missing TEXT names a marker; "
                  "--kind '{}=category' reads the column as text",
                  name)};
}

Finding passed_over(Finding finding, OnBadRow on_bad_row) {
  finding.message += on_bad_row == OnBadRow::skip ? "; left out" : "; read as missing";
  finding.hint.clear();
  return finding;
}

Finding describe_infinities(const std::string& name, std::uint64_t n) {
  return {"data.infinite", name,
          fmt::format("column '{}': {} infinite and read as missing", name,
                      n == 1 ? "1 cell is" : grouped(n) + " cells are"),
          ""};
}

Table without_rows(const Table& table, const std::set<std::uint64_t>& rows) {
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    if (!rows.contains(row)) kept.push_back(row);
  }
  return kept.size() == table.n_rows ? table : table.select_rows(kept);
}

}  // namespace mlops::data
