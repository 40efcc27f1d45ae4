#include "data/csv_layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/cell_look.hpp"
#include "data/column_names.hpp"
#include "data/dialect.hpp"
#include "data/encoding.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kSampleBytes = std::size_t{256} << 10;
constexpr std::size_t kLargestSampleBytes = std::size_t{64} << 20;
constexpr std::size_t kEnoughRecords = 20;

/// The beginning of the text, up to a line end.
struct Sample {
  std::string text;
  std::uint64_t offset = 0;  ///< of `text` in the source
  bool whole = false;        ///< there is nothing behind it
  bool completed = false;    ///< the last line end was added
};

Sample take_sample(const ByteSource& source, std::uint64_t offset, std::size_t n_bytes) {
  Sample sample;
  sample.offset = offset;
  sample.text = source.copy(offset, n_bytes);
  sample.whole = offset + sample.text.size() >= source.size();
  if (!sample.whole) {
    sample.text.resize(after_last_line_end(sample.text));
  } else if (!sample.text.empty() && !CsvCursor::is_line_end(sample.text.back())) {
    sample.text += '\n';
    sample.completed = true;
  }
  return sample;
}

[[noreturn]] void fail(std::string code, const std::string& message, std::string hint) {
  throw Error(ErrorKind::invalid_data, std::move(code), message, std::move(hint));
}

/// Excel's own first line, "sep=;", names the separator and is no record.
std::optional<char> separator_line(std::string_view text) {
  if (!text.starts_with("sep=") && !text.starts_with("SEP=")) return std::nullopt;
  if (text.size() < 6 || !CsvCursor::is_line_end(text[5])) return std::nullopt;
  return text[4];
}

std::size_t n_filled(const CsvRecord& record) {
  return static_cast<std::size_t>(
      std::count_if(record.fields.begin(), record.fields.end(),
                    [](const std::string& field) { return !field.empty(); }));
}

/// Up to a hundred words.
std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::size_t kMostWords = 100;
  std::vector<std::string_view> words;
  while (words.size() < kMostWords) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    const std::size_t end = text.find_first_of(" \t", begin);
    words.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end);
  }
  return words;
}

class LayoutDetector {
 public:
  LayoutDetector(const ByteSource& source, std::uint64_t begin, std::string_view name,
                 const ReadOptions& options, const MissingMarkers& missing)
      : source_(&source), begin_(begin), name_(name), options_(&options), missing_(&missing) {}

  CsvLayout detect(bool prefer_tab) {
    sample_text(prefer_tab);
    if (layout_.invalid_utf8) return std::move(layout_);
    refuse_title_rows();
    refuse_blanks();
    const std::string_view text = sample_.text;
    layout_.line_end =
        detect_line_end(text.substr(0, text.size() - (sample_.completed ? 1 : 0)), records_);
    layout_.header = options_->header.value_or(detect_header(records_, *missing_));
    name_columns();
    guess_kinds();
    estimate_rows();
    return std::move(layout_);
  }

 private:
  void sample_text(bool prefer_tab) {
    const std::uint64_t start = offset_after_lines(*source_, begin_, options_->skip_lines);
    for (std::size_t n_bytes = kSampleBytes;; n_bytes *= 4) {
      sample_ = take_sample(*source_, start, n_bytes);
      std::optional<char> separator = options_->separator;
      if (const auto announced = separator_line(sample_.text)) {
        if (!separator) separator = announced;
        sample_ = take_sample(*source_, offset_after_lines(*source_, start, 1), n_bytes);
      }
      if (first_invalid_utf8(sample_.text)) {
        layout_.invalid_utf8 = true;
        return;
      }
      layout_.syntax = detect_syntax(sample_.text, separator, options_->quote, prefer_tab);
      records_ = split_records(sample_.text, layout_.syntax, kSampleRecords);
      const bool enough = records_.records.size() >= kEnoughRecords;
      if (enough || sample_.whole || n_bytes >= kLargestSampleBytes) break;
    }
    if (records_.records.empty()) refuse_without_records();
  }

  [[noreturn]] void refuse_without_records() const {
    if (records_.cut) {
      fail("data.unterminated_quote",
           fmt::format("{}: line {}: a quoted field begins here and never ends", name_,
                       grouped(line_of(*source_, sample_.offset))),
           "close the quote, or say that nothing is quoted with --quote none");
    }
    if (records_.n_bad > 0) {
      fail("data.bare_quote",
           fmt::format("{}: line {}: a quote inside a quoted field is not doubled", name_,
                       grouped(line_of(*source_, sample_.offset))),
           "double the quotes inside quoted fields");
    }
    fail("data.empty_file", fmt::format("{} is empty", name_),
         "check that the export that writes it has finished");
  }

  /// Pasted spreadsheets begin with titles: lines of which at most one cell is filled.
  void refuse_title_rows() const {
    const auto& records = records_.records;
    const std::size_t width = records_.usual_width();
    if (width < 3 || records.size() < 2) return;
    std::size_t n_titles = 0;
    while (n_titles < records.size() && n_filled(records[n_titles]) <= 1) ++n_titles;
    if (n_titles == 0 || n_titles == records.size() || records[0].fields.size() != width) return;
    if (n_filled(records[n_titles]) * 2 <= width) return;
    const std::uint64_t line = line_of(*source_, sample_.offset + records[n_titles].begin);
    const std::string title = shown(records[0].fields.front());
    fail("data.title_rows",
         fmt::format("{}: line 1 (\"{}\") looks like a title, not like the header of {} columns",
                     name_, title, width),
         fmt::format("leave out what stands above the header with --skip-lines {}", line - 1));
  }

  /// Numbers in columns that blanks keep apart would be one column of texts.
  void refuse_blanks() const {
    const auto& records = records_.records;
    if (options_->separator || records_.usual_width() != 1 || records.size() < 2) return;
    const std::size_t width = words_of(records[1].fields.front()).size();
    const bool alike = std::all_of(
        records.begin() + 1, records.end(),
        [&](const CsvRecord& record) { return words_of(record.fields.front()).size() == width; });
    const std::vector<std::string_view> words = words_of(records[1].fields.front());
    const auto n_numbers = std::count_if(words.begin(), words.end(), [](std::string_view word) {
      return parse_number(word).has_value();
    });
    if (look_of(records[1].fields.front()) != CellLook::text) return;
    if (width < 2 || !alike || n_numbers * 2 < static_cast<std::ptrdiff_t>(width)) return;
    fail(
        "data.separated_by_blanks",
        fmt::format("{}: the columns are kept apart by blanks (line 2 has {} words)", name_, width),
        "if by one blank each: --separator space; otherwise: tr -s ' ' ',' < FILE | mlops ... -");
  }

  void name_columns() {
    const CsvRecord& first = records_.records.front();
    const std::size_t width = records_.usual_width();
    if (!layout_.header) {
      layout_.data_offset = sample_.offset + first.begin;
      layout_.names = generated_names(width);
      return;
    }
    layout_.data_offset = sample_.offset + first.end;
    layout_.names = first.fields;
    drop_trailing_name();
    const std::vector<std::string> found = layout_.names;
    make_names_usable(layout_.names, layout_.findings);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i].empty()) layout_.nameless.push_back(layout_.names[i]);
    }
  }

  /// A header that ends with a separator has one name more than the rows have fields.
  void drop_trailing_name() {
    auto& names = layout_.names;
    const auto& records = records_.records;
    if (names.size() < 2 || !names.back().empty() || records.size() < 2) return;
    const bool all_narrower = std::all_of(records.begin() + 1, records.end(), [&](const auto& r) {
      return r.fields.size() + 1 <= names.size();
    });
    if (!all_narrower) return;
    names.pop_back();
    layout_.findings.push_back(
        {"data.trailing_separator", "",
         fmt::format("{}: the header ends with a separator that the rows do not have; the nameless "
                     "column behind it is left out",
                     name_),
         "remove the last separator from the header line"});
  }

  /// A row that will be passed over says nothing about the kinds of the others.
  bool is_left_out(const std::vector<std::string>& fields) const {
    const std::size_t n = layout_.names.size();
    const bool fits = fields.size() == n || (fields.size() == n + 1 && fields.back().empty());
    return !fits && options_->on_bad_row == OnBadRow::skip;
  }

  void guess_kinds() {
    std::vector<std::vector<std::string>> cells(layout_.names.size());
    for (std::size_t row = layout_.header ? 1 : 0; row < records_.records.size(); ++row) {
      const auto& fields = records_.records[row].fields;
      if (is_left_out(fields)) continue;
      for (std::size_t i = 0; i < std::min(cells.size(), fields.size()); ++i) {
        cells[i].push_back(fields[i]);
      }
    }
    std::vector<std::size_t> ambiguous;
    const NumberRules rules{options_->decimal, options_->thousands, layout_.syntax.separator,
                            options_->expect_decimal_comma};
    layout_.guesses = guess_columns(cells, *missing_, rules, ambiguous);
    for (const std::size_t i : ambiguous) note_ambiguous(i);
  }

  void note_ambiguous(std::size_t column) {
    const bool groups = layout_.guesses[column].format.thousands != '\0';
    layout_.findings.push_back(
        {"data.ambiguous_comma", layout_.names[column],
         fmt::format(
             "column '{}': the commas could be decimal or group thousands; they are read as "
             "{}",
             layout_.names[column], groups ? "thousands separators" : "decimal commas"),
         groups ? "if they are decimal commas: --decimal ,"
                : "if they group thousands: --thousands ,"});
  }

  void estimate_rows() {
    const auto& records = records_.records;
    const std::size_t first = layout_.header ? 1 : 0;
    const std::size_t n = records.size() - first;
    if (n == 0) return;
    const double bytes = static_cast<double>(records.back().end - records[first].begin);
    const double total = static_cast<double>(source_->size() - layout_.data_offset);
    layout_.expected_rows = n + 1;
    if (sample_.whole && n < kSampleRecords) return;
    layout_.expected_rows =
        static_cast<std::uint64_t>(total * static_cast<double>(n) / bytes * 1.02);
  }

  const ByteSource* source_;
  std::uint64_t begin_;
  std::string_view name_;
  const ReadOptions* options_;
  const MissingMarkers* missing_;
  Sample sample_;
  CsvSample records_;
  CsvLayout layout_;
};

}  // namespace

CsvLayout detect_layout(const ByteSource& source, std::uint64_t begin, std::string_view name,
                        const ReadOptions& options, const MissingMarkers& missing,
                        bool prefer_tab) {
  return LayoutDetector(source, begin, name, options, missing).detect(prefer_tab);
}

}  // namespace mlops::data
