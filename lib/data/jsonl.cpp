#include "data/jsonl.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "data/column_builder.hpp"
#include "data/column_verdict.hpp"
#include "data/encoding.hpp"
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
      guesses.push_back({wish_of(i) == Wish::number || (numeric_[i] && wish_of(i) == Wish::infer),
                         NumberFormat{}});
    }
    fill(guesses);
    return assemble();
  }

 private:
  Wish wish_of(std::size_t i) const {
    const auto& options = *input_->options;
    const auto is_in = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), names_.texts()[i]) != names.end();
    };
    if (is_in(options.text_columns)) return Wish::text;
    return is_in(options.number_columns) ? Wish::number : Wish::infer;
  }

  [[noreturn]] void fail(std::uint64_t line, const std::string& what) const {
    throw Error(ErrorKind::invalid_data, "data.bad_json_line",
                fmt::format("{}: line {}: {}", input_->name, grouped(line), what),
                "every line must be one JSON object whose members are numbers, texts, true, false "
                "or null");
  }

  Json parse_line(std::string_view line, std::uint64_t number) const {
    Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) fail(number, "this is not JSON: " + shown(line));
    if (!json.is_object()) fail(number, "this is not an object: " + shown(line));
    for (const auto& [name, value] : json.items()) {
      if (value.is_structured()) fail(number, fmt::format("member '{}' is nested", shown(name)));
    }
    return json;
  }

  template <typename Visit>
  void for_each_line(Visit visit) const {
    LineReader lines(text_);
    std::string_view line;
    while (lines.next(line)) {
      if (lines.number() <= input_->options->skip_lines) continue;
      visit(parse_line(line, lines.number()), lines.number());
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
        if (!cell || missing_.contains(*cell) || value.is_number()) continue;
        numeric_[column] = numeric_[column] && !value.is_boolean() && parse_number(*cell) &&
                           !has_leading_zero(*cell);
      }
    });
    if (n_rows_ == 0) {
      throw Error(ErrorKind::invalid_data, "data.empty_file",
                  fmt::format("{} is empty", input_->name),
                  "check that the export that writes it has finished");
    }
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
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      refuse_bad_cells(i, result);
      result.table.columns.push_back(std::move(columns_[i]).take(names_.texts()[i]));
    }
    return result;
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
                    "--on-bad-row missing reads it as missing"};
    if (input_->options->on_bad_row == OnBadRow::fail) {
      throw Error(ErrorKind::invalid_data, finding.code, finding.message, finding.hint);
    }
    result.findings.push_back(std::move(finding));
  }

  const CsvInput* input_;
  std::string_view text_;
  MissingMarkers missing_;
  TextIndex names_;
  std::vector<bool> numeric_;
  std::vector<ColumnBuilder> columns_;
  std::size_t n_rows_ = 0;
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
