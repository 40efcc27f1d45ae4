#include "data/csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "data/column_verdict.hpp"
#include "data/csv_layout.hpp"
#include "data/csv_parallel.hpp"
#include "data/row_errors.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

unsigned thread_count(const ReadOptions& options) {
  return options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// One file being read.
class CsvReader {
 public:
  explicit CsvReader(const CsvInput& input)
      : input_(&input),
        options_(input.options),
        missing_(options_->missing_markers.value_or(default_missing_markers())) {}

  std::optional<ReadResult> read() {
    layout_ = detect_layout(*input_->source, input_->begin, input_->name, *options_, missing_,
                            input_->prefer_tab);
    if (layout_.invalid_utf8) return std::nullopt;
    set_rules();
    apply_wishes();
    slice_ = parse_in_parallel(request(layout_.guesses, {}), thread_count(*options_));
    if (has_invalid_utf8()) return std::nullopt;
    check_rows(*input_, *options_, layout_, slice_, findings());
    judge_columns();
    handle_bad_cells();
    return assemble();
  }

 private:
  std::vector<Finding>& findings() { return layout_.findings; }

  Wish wish_of(const std::string& name) const { return wish_for(*options_, name); }

  void apply_wishes() {
    for (std::size_t i = 0; i < layout_.names.size(); ++i) {
      const Wish wish = wish_of(layout_.names[i]);
      if (wish == Wish::text) layout_.guesses[i].numeric = false;
      if (wish == Wish::number) layout_.guesses[i].numeric = true;
    }
  }

  void set_rules() {
    rules_ = {options_->decimal, options_->thousands, layout_.syntax.separator,
              options_->expect_decimal_comma};
    for (const ColumnGuess& guess : layout_.guesses) {
      if (!guess.numeric) continue;
      rules_.seen_decimal_comma = rules_.seen_decimal_comma || guess.format.decimal == ',';
      rules_.seen_comma_groups = rules_.seen_comma_groups || guess.format.thousands == ',';
    }
  }

  /// A request for all columns or, when `only` is not empty, for those.
  SliceRequest request(const std::vector<ColumnGuess>& guesses,
                       const std::set<std::size_t>& only) const {
    SliceRequest result;
    result.source = input_->source;
    result.begin = layout_.data_offset;
    result.end = input_->source->size();
    result.syntax = layout_.syntax;
    for (std::size_t i = 0; i < guesses.size(); ++i) {
      result.columns.push_back({guesses[i], only.empty() || only.contains(i)});
    }
    result.missing = &missing_;
    result.on_bad_row = options_->on_bad_row;
    result.expected_rows = static_cast<std::size_t>(layout_.expected_rows);
    return result;
  }

  bool has_invalid_utf8() const {
    return std::any_of(slice_.columns.begin(), slice_.columns.end(),
                       [](const ColumnBuilder& column) { return column.invalid_utf8(); });
  }

  /// Reads columns again whose guess did not hold: as numbers in another format at most once, then
  /// as text, which always holds.
  void judge_columns() {
    std::set<std::size_t> open;
    for (std::size_t i = 0; i < slice_.columns.size(); ++i) open.insert(i);
    for (int pass = 0; !open.empty(); ++pass) {
      std::set<std::size_t> again;
      for (const std::size_t i : open) {
        Verdict verdict = judge_column(slice_.columns[i], layout_.names[i],
                                       wish_of(layout_.names[i]), rules_, missing_);
        if (verdict.kind == VerdictKind::read_as_numbers && pass > 0) verdict.kind = last_resort(i);
        if (!verdict.code.empty()) {
          findings().push_back({verdict.code, layout_.names[i], verdict.message, verdict.hint});
        }
        if (plan_again(i, verdict)) again.insert(i);
      }
      if (!again.empty()) read_again(again);
      std::erase_if(again, [&](std::size_t i) { return !layout_.guesses[i].numeric; });
      open = std::move(again);
    }
  }

  /// For a column that is no column of numbers in the second format either.
  VerdictKind last_resort(std::size_t i) const {
    if (!slice_.columns[i].numeric()) return VerdictKind::keep;
    return wish_of(layout_.names[i]) == Wish::number ? VerdictKind::bad_cells
                                                     : VerdictKind::read_as_text;
  }

  /// Notes how to read a column again; false when it stays.
  bool plan_again(std::size_t i, const Verdict& verdict) {
    switch (verdict.kind) {
      case VerdictKind::keep:
        return false;
      case VerdictKind::bad_cells:
        columns_with_bad_cells_.push_back(i);
        return false;
      case VerdictKind::read_as_text:
        layout_.guesses[i].numeric = false;
        return true;
      case VerdictKind::read_as_numbers:
        layout_.guesses[i] = {true, verdict.format};
        return true;
    }
    return false;
  }

  void read_again(const std::set<std::size_t>& columns) {
    SliceResult second =
        parse_in_parallel(request(layout_.guesses, columns), thread_count(*options_));
    for (const std::size_t i : columns) slice_.columns[i] = std::move(second.columns[i]);
  }

  void handle_bad_cells() {
    for (const std::size_t i : columns_with_bad_cells_) {
      const ColumnBuilder& column = slice_.columns[i];
      Finding finding = describe_bad_cells(*input_, layout_.names[i], column);
      if (options_->on_bad_row == OnBadRow::fail) {
        throw Error(ErrorKind::invalid_data, finding.code, finding.message, finding.hint);
      }
      findings().push_back(passed_over(std::move(finding), options_->on_bad_row));
      if (options_->on_bad_row == OnBadRow::missing) continue;
      for (const BadCell& cell : column.bad_cells()) skipped_rows_.insert(cell.row);
    }
  }

  ReadResult assemble() {
    ReadResult result;
    result.table.n_rows = slice_.n_rows;
    for (std::size_t i = 0; i < slice_.columns.size(); ++i) {
      if (const std::uint64_t n = slice_.columns[i].n_infinite(); n > 0)
        findings().push_back(describe_infinities(layout_.names[i], n));
      result.table.columns.push_back(std::move(slice_.columns[i]).take(layout_.names[i]));
    }
    leave_out_empty(result.table);
    if (!skipped_rows_.empty()) result.table = without_rows(result.table, skipped_rows_);
    if (result.table.n_rows == 0) {
      throw Error(
          ErrorKind::invalid_data, "data.no_rows",
          fmt::format("{} has no rows{}", input_->name, layout_.header ? " below its header" : ""),
          "if the first line is data: --header no");
    }
    fill_dialect(result);
    result.findings = std::move(findings());
    return result;
  }

  /// Separators at both ends of each line make columns that have neither a name nor a cell.
  void leave_out_empty(Table& table) {
    const auto is_nothing = [&](const TableColumn& column) {
      if (!contains(layout_.nameless, column.name)) return false;
      for (std::size_t row = 0; row < column.n_rows(); ++row) {
        if (!column.is_missing(row)) return false;
      }
      return true;
    };
    const auto n = static_cast<std::size_t>(
        std::count_if(table.columns.begin(), table.columns.end(), is_nothing));
    if (n == 0 || n == table.columns.size()) return;
    for (const TableColumn& column : table.columns) {
      if (!is_nothing(column)) continue;
      std::erase_if(findings(), [&](const Finding& finding) {
        return finding.code == "data.renamed_column" && finding.column == column.name;
      });
    }
    std::erase_if(table.columns, is_nothing);
    findings().push_back(
        {"data.empty_column", "",
         fmt::format("{}: {} neither a name nor a cell and {} left out", input_->name,
                     n == 1 ? "a column has" : fmt::format("{} columns have", n),
                     n == 1 ? "is" : "are"),
         ""});
  }

  void fill_dialect(ReadResult& result) const {
    Dialect& dialect = result.dialect;
    dialect.format = layout_.syntax.separator == '\t' ? "tsv" : "csv";
    dialect.separator = layout_.syntax.separator;
    dialect.quote = layout_.syntax.quote;
    dialect.header = layout_.header;
    dialect.line_end = layout_.line_end;
    dialect.missing_markers = missing_.texts();
    dialect.decimal = options_->decimal.value_or('.');
    dialect.thousands = options_->thousands;
    for (const TableColumn& column : result.table.columns) {
      if (!column.numeric) continue;
      if (column.decimal != '.') dialect.decimal = column.decimal;
      if (column.thousands) dialect.thousands = column.thousands;
    }
  }

  const CsvInput* input_;
  const ReadOptions* options_;
  MissingMarkers missing_;
  NumberRules rules_;
  CsvLayout layout_;
  SliceResult slice_;
  std::vector<std::size_t> columns_with_bad_cells_;
  std::set<std::uint64_t> skipped_rows_;
};

}  // namespace

std::optional<ReadResult> read_csv(const CsvInput& input) {
  return CsvReader(input).read();
}

}  // namespace mlops::data
