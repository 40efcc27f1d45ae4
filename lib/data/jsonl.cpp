#include "data/jsonl.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "data/column_builder.hpp"
#include "data/column_names.hpp"
#include "data/column_verdict.hpp"
#include "data/encoding.hpp"
#include "data/row_errors.hpp"
#include "data/text_index.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

/// A line's member as a CSV cell would hold it; nothing for null. Requires: not nested.
std::optional<std::string> cell_of(const Json& value) {
  if (value.is_null()) return std::nullopt;
  if (value.is_string()) return std::string(trimmed(value.get_ref<const std::string&>()));
  if (value.is_boolean()) return std::string(value.get<bool>() ? "true" : "false");
  if (value.is_number_integer()) return dump_json(value);
  return number_as_text(value.get<double>());
}

/// Lines one by one, blank ones passed over.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  bool next(std::string_view& line) {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      line = trimmed(rest_.substr(0, end));
      if (line.ends_with('\r')) line.remove_suffix(1);
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++number_;
      if (!line.empty()) return true;
    }
    return false;
  }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

 private:
  std::string_view rest_;
  std::uint64_t number_ = 0;
};

class JsonLinesReader {
 public:
  JsonLinesReader(const CsvInput& input, std::string_view text)
      : input_(&input),
        text_(text),
        missing_(input.options->missing_markers.value_or(default_missing_markers())) {}

  ReadResult read() {
    find_columns();
    std::vector<ColumnGuess> guesses;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const Wish wish = wish_of(i);
      guesses.push_back(
          {wish == Wish::number || (numeric_[i] && wish != Wish::text), NumberFormat{}});
    }
    fill(guesses);
    return assemble();
  }

 private:
  Wish wish_of(std::size_t i) const { return wish_for(*input_->options, names_.texts()[i]); }

  [[noreturn]] void fail(std::uint64_t line, const std::string& what) const {
    throw Error(ErrorKind::invalid_data, "data.bad_json_line",
                fmt::format("{}: line {}: {}", input_->name, grouped(line), what),
                "every line must be one JSON object whose members are numbers, texts, true, false "
                "or null");
  }

  /// What is wrong with a line's value; empty when it is a row.
  static std::string problem_of(const Json& json, std::string_view line) {
    if (json.is_discarded()) return "this is not JSON: " + shown(line);
    if (!json.is_object()) return "this is not an object: " + shown(line);
    for (const auto& [name, value] : json.items()) {
      if (value.is_structured()) return fmt::format("member '{}' is nested", shown(name));
    }
    return {};
  }

  /// Visits the lines that are rows; the others are refused or, with `skip`, remembered.
  template <typename Visit>
  void for_each_line(Visit visit) {
    LineReader lines(text_);
    std::string_view line;
    while (lines.next(line)) {
      if (lines.number() <= input_->options->skip_lines) continue;
      const Json json = Json::parse(line, nullptr, false);
      const std::string problem = problem_of(json, line);
      if (problem.empty()) {
        visit(json, lines.number());
      } else if (input_->options->on_bad_row == OnBadRow::skip) {
        skipped_lines_.emplace(lines.number(), problem);
      } else {
        fail(lines.number(), problem);
      }
    }
  }

  /// First pass: names, and which columns hold nothing but numbers.
  void find_columns() {
    for_each_line([&](const Json& object, std::uint64_t) {
      ++n_rows_;
      for (const auto& [name, value] : object.items()) {
        const std::uint32_t column = names_.intern(name);
        if (column == numeric_.size()) numeric_.push_back(true);
        const auto cell = cell_of(value);
        if (!cell || missing_.contains(*cell) || value.is_number() || is_infinity_word(*cell))
          continue;
        numeric_[column] = numeric_[column] && !value.is_boolean() && parse_number(*cell) &&
                           !has_leading_zero(*cell);
      }
    });
    if (n_rows_ == 0 && !skipped_lines_.empty()) {
      const auto& [line, problem] = *skipped_lines_.begin();
      fail(line, problem);
    }
    if (n_rows_ == 0) {
      throw Error(ErrorKind::invalid_data, "data.empty_file",
                  fmt::format("{} is empty", input_->name),
                  "check that the export that writes it has finished");
    }
    if (names_.size() == 0) fail(1, "no line has a member");
  }

  /// Second pass: cells.
  void fill(const std::vector<ColumnGuess>& guesses) {
    for (const ColumnGuess& guess : guesses) {
      columns_.emplace_back(guess, missing_);
      columns_.back().reserve(n_rows_);
    }
    std::size_t row = 0;
    for_each_line([&](const Json& object, std::uint64_t line) {
      for (const auto& [name, value] : object.items()) {
        ColumnBuilder& column = columns_[names_.find(name)];
        if (column.n_rows() > row) continue;
        const auto cell = cell_of(value);
        if (cell) {
          column.add(*cell, line);
        } else {
          column.add_missing();
        }
      }
      ++row;
      for (ColumnBuilder& column : columns_) {
        if (column.n_rows() < row) column.add_missing();
      }
    });
  }

  ReadResult assemble() {
    ReadResult result;
    result.table.n_rows = n_rows_;
    result.dialect.format = "jsonl";
    result.dialect.missing_markers = missing_.texts();
    note_skipped_lines(result);
    std::set<std::uint64_t> rows_with_bad_cells;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      refuse_bad_cells(i, result);
      if (const std::uint64_t n = columns_[i].n_infinite(); n > 0)
        result.findings.push_back(describe_infinities(names_.texts()[i], n));
      for (const BadCell& cell : columns_[i].bad_cells()) rows_with_bad_cells.insert(cell.row);
      result.table.columns.push_back(std::move(columns_[i]).take(names_.texts()[i]));
    }
    name_columns(result);
    if (input_->options->on_bad_row == OnBadRow::skip && !rows_with_bad_cells.empty())
      result.table = without_rows(result.table, rows_with_bad_cells);
    return result;
  }

  static void name_columns(ReadResult& result) {
    std::vector<std::string> names = result.table.names();
    for (std::string& name : names) name = trimmed(name);
    make_names_usable(names, result.findings);
    for (std::size_t i = 0; i < names.size(); ++i) result.table.columns[i].name = names[i];
  }

  void note_skipped_lines(ReadResult& result) const {
    if (skipped_lines_.empty()) return;
    const auto& [line, problem] = *skipped_lines_.begin();
    const std::size_t n_more = skipped_lines_.size() - 1;
    result.findings.push_back(
        {"data.bad_json_line", "",
         fmt::format("{}: line {}: {}{}; left out", input_->name, grouped(line), problem,
                     n_more > 0 ? fmt::format(" (and {} more)", grouped(n_more)) : ""),
         ""});
  }

  void refuse_bad_cells(std::size_t i, ReadResult& result) const {
    if (columns_[i].n_bad_cells() == 0) return;
    const BadCell& first = columns_[i].bad_cells().front();
    const std::string& name = names_.texts()[i];
    const std::uint64_t n_more = columns_[i].n_bad_cells() - 1;
    Finding finding{"data.bad_number", name,
                    fmt::format("{}: line {}, column '{}': \"{}\" is not a number{}", input_->name,
                                grouped(first.offset), name, shown(first.text),
                                n_more > 0 ? fmt::format(" (and {} more)", grouped(n_more)) : ""),
                    "--on-bad-row skip or missing passes over it"};
    if (input_->options->on_bad_row == OnBadRow::fail) {
      throw Error(ErrorKind::invalid_data, finding.code, finding.message, finding.hint);
    }
    result.findings.push_back(passed_over(std::move(finding), input_->options->on_bad_row));
  }

  const CsvInput* input_;
  std::string_view text_;
  MissingMarkers missing_;
  TextIndex names_;
  std::vector<bool> numeric_;
  std::vector<ColumnBuilder> columns_;
  std::size_t n_rows_ = 0;
  /// Lines left out, and why.
  std::map<std::uint64_t, std::string> skipped_lines_;
};

}  // namespace

std::optional<ReadResult> read_json_lines(const CsvInput& input) {
  std::string copied;
  std::string_view text = input.source->in_memory();
  if (text.empty()) {
    copied = input.source->copy(0, input.source->size());
    text = copied;
  }
  text.remove_prefix(static_cast<std::size_t>(input.begin));
  if (first_invalid_utf8(text)) return std::nullopt;
  return JsonLinesReader(input, text).read();
}

}  // namespace mlops::data
