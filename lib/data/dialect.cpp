#include "data/dialect.hpp"

#include <algorithm>
#include <array>

#include "data/cell_look.hpp"
#include "data/number_text.hpp"

namespace mlops::data {
namespace {

constexpr std::array<char, 5> kSeparators = {',', ';', '\t', '|', '\x01'};

/// How well a separator explains a sample.
struct Score {
  double same_width = 0;  ///< share of lines that have the usual number of fields; 0 for one field
  std::size_t n_foreign = 0;  ///< cells that hold another candidate and are not numbers
  std::size_t width = 0;

  [[nodiscard]] bool better_than(const Score& other) const {
    if (same_width != other.same_width) return same_width > other.same_width;
    if (n_foreign != other.n_foreign) return n_foreign < other.n_foreign;
    return width > other.width;
  }
};

bool is_foreign(const std::string& cell, char separator) {
  for (const char other : kSeparators) {
    if (other != separator && cell.find(other) != std::string::npos) {
      return look_of(cell) != CellLook::number;
    }
  }
  return false;
}

Score score_of(std::string_view text, CsvSyntax syntax) {
  const CsvSample sample = split_records(text, syntax, kSampleRecords);
  Score score;
  score.width = sample.usual_width();
  if (score.width < 2) return score;
  std::size_t n_usual = 0;
  for (const CsvRecord& record : sample.records) {
    n_usual += record.fields.size() == score.width ? 1u : 0u;
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      if (!record.quoted[i] && is_foreign(record.fields[i], syntax.separator)) ++score.n_foreign;
    }
  }
  const std::size_t n_lines = sample.records.size() + sample.n_bad + (sample.cut ? 1u : 0u);
  score.same_width = static_cast<double>(n_usual) / static_cast<double>(n_lines);
  return score;
}

/// A separator for a given quote, and how well the two explain the sample.
struct Candidate {
  CsvSyntax syntax;
  Score score;
};

Candidate best_separator(std::string_view text, char quote, std::optional<char> given,
                         bool prefer_tab) {
  Candidate best{{given.value_or(prefer_tab ? '\t' : ','), quote}, {}};
  if (given) {
    best.score = score_of(text, best.syntax);
    return best;
  }
  for (const char separator : kSeparators) {
    Score score = score_of(text, {separator, quote});
    if (score.width < 2) continue;
    if (prefer_tab && separator == '\t') score.same_width = 2;
    if (score.better_than(best.score)) best = {{separator, quote}, score};
  }
  return best;
}

/// Whether fields are quoted by the syntax's quote, at least two and none in doubt.
bool quotes_cleanly(std::string_view text, CsvSyntax syntax) {
  const CsvSample sample = split_records(text, syntax, kSampleRecords);
  std::size_t n_quoted = 0;
  for (const CsvRecord& record : sample.records) {
    n_quoted +=
        static_cast<std::size_t>(std::count(record.quoted.begin(), record.quoted.end(), true));
  }
  return n_quoted >= 2 && sample.n_bad == 0 && !sample.cut;
}

/// The look that most present cells of a column have below its first row.
CellLook usual_look(const CsvSample& sample, std::size_t column, const MissingMarkers& missing) {
  std::array<std::size_t, kCellLooks> counts{};
  std::size_t n_present = 0;
  for (std::size_t row = 1; row < sample.records.size(); ++row) {
    const auto& fields = sample.records[row].fields;
    if (column >= fields.size() || missing.contains(fields[column])) continue;
    ++counts[static_cast<std::size_t>(look_of(fields[column]))];
    ++n_present;
  }
  if (n_present == 0) return CellLook::nothing;
  const auto most = std::max_element(counts.begin(), counts.end());
  return *most * 10 >= n_present * 8 ? static_cast<CellLook>(most - counts.begin())
                                     : CellLook::text;
}

/// At least three whole numbers in the record, each one more than the one before.
bool counts_up(const CsvRecord& record) {
  std::size_t n = 0;
  double previous = 0;
  for (const std::string& field : record.fields) {
    const auto value = parse_number(field);
    if (!value) continue;
    if (n > 0 && *value != previous + 1) return false;
    previous = *value;
    ++n;
  }
  return n >= 3;
}

bool any_number(const CsvRecord& record) {
  return std::any_of(record.fields.begin(), record.fields.end(), [](const std::string& field) {
    return look_of(field) != CellLook::text && !field.empty();
  });
}

}  // namespace

CsvSyntax detect_syntax(std::string_view text, std::optional<char> separator,
                        std::optional<char> quote, bool prefer_tab) {
  const Candidate usual = best_separator(text, quote.value_or('"'), separator, prefer_tab);
  const bool single_quotes = !quote && text.find('"') == std::string_view::npos &&
                             text.find('\'') != std::string_view::npos;
  if (!single_quotes) return usual.syntax;
  const Candidate other = best_separator(text, '\'', separator, prefer_tab);
  const bool better = !usual.score.better_than(other.score) && quotes_cleanly(text, other.syntax);
  return better ? other.syntax : usual.syntax;
}

bool detect_header(const CsvSample& sample, const MissingMarkers& missing) {
  if (sample.records.empty()) return true;
  const CsvRecord& first = sample.records.front();
  if (sample.records.size() == 1) return !any_number(first);
  if (counts_up(first) && !counts_up(sample.records[1])) return true;
  std::size_t n_for = 0;
  std::size_t n_against = 0;
  for (std::size_t column = 0; column < first.fields.size(); ++column) {
    const std::string& name = first.fields[column];
    const CellLook rest = usual_look(sample, column, missing);
    if (missing.contains(name) || rest == CellLook::nothing) continue;
    const CellLook look = look_of(name);
    if (rest == CellLook::text) continue;
    ++(look == rest ? n_against : n_for);
  }
  return n_for >= n_against;
}

std::string detect_line_end(std::string_view text, const CsvSample& sample) {
  bool crlf = false;
  bool lf = false;
  bool cr = false;
  for (const CsvRecord& record : sample.records) {
    if (record.end > text.size() || record.end == 0) continue;
    const std::string_view line = text.substr(0, record.end);
    if (line.ends_with("\r\n")) {
      crlf = true;
    } else {
      lf = lf || line.ends_with('\n');
      cr = cr || line.ends_with('\r');
    }
  }
  if (int{crlf} + int{lf} + int{cr} > 1) return "mixed";
  return crlf ? "crlf" : cr ? "cr" : "lf";
}

}  // namespace mlops::data
