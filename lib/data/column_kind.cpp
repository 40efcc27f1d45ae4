#include "data/column_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "data/cell_look.hpp"
#include "data/datetime.hpp"
#include "data/distinct_count.hpp"
#include "data/missing.hpp"
#include "data/number_text.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

constexpr std::uint64_t kLeastRows = 20;
constexpr double kNearlyAll = 0.95;
constexpr double kFewGaps = 1.1;
constexpr std::uint64_t kMostLevels = 10000;
constexpr double kSentence = 5;
constexpr std::array<std::string_view, 9> kKeyWords = {"id", "key", "uuid", "guid",  "index",
                                                       "no", "nr",  "row",  "number"};

/// Whether the whole numbers of a column are a rearrangement of minimum ... maximum.
bool is_permutation(const TableColumn& column, const ColumnFacts& facts) {
  const double span = facts.maximum - facts.minimum + 1;
  if (span != static_cast<double>(facts.n_rows)) return false;
  std::vector<bool> seen(column.numbers.size(), false);
  for (const double value : column.numbers) {
    const auto place = static_cast<std::size_t>(value - facts.minimum);
    if (seen[place]) return false;
    seen[place] = true;
  }
  return true;
}

/// Why a numeric column is an identifier; empty when it is none.
std::string identifier_reason(const TableColumn& column, const ColumnFacts& facts) {
  if (!facts.integral || facts.n_missing > 0 || facts.n_rows < kLeastRows) return {};
  const double steps = static_cast<double>(facts.n_rows - 1);
  if (facts.ascending && facts.maximum - facts.minimum <= kFewGaps * steps) {
    return "counts the rows";
  }
  if (is_permutation(column, facts)) return "numbers the rows in some order";
  const auto n_rows = static_cast<double>(facts.n_rows);
  const bool unique = facts.n_distinct > DistinctCounter::kExactLimit
                          ? static_cast<double>(facts.n_distinct) >= kNearlyAll * n_rows
                          : facts.n_distinct == facts.n_rows;
  if (unique && is_key_name(column.name)) return "unique in every row, and named like a key";
  return {};
}

KindVerdict numeric_kind(const TableColumn& column, const ColumnFacts& facts) {
  if (facts.n_distinct == 2 && facts.minimum == 0 && facts.maximum == 1) {
    return {ColumnKind::boolean, "only 0 and 1"};
  }
  if (std::string reason = identifier_reason(column, facts); !reason.empty()) {
    return {ColumnKind::identifier, std::move(reason)};
  }
  return {ColumnKind::number, facts.integral ? "whole numbers" : "numbers"};
}

/// The dictionary entries that occur.
std::vector<std::string> used_texts(const TableColumn& column, const ColumnFacts& facts) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < column.dictionary.size(); ++i) {
    if (facts.level_counts[i] > 0) texts.push_back(column.dictionary[i]);
  }
  return texts;
}

/// Two spellings of one pair, the false one first; empty when the texts are none.
std::vector<std::string> truth_spellings(const std::vector<std::string>& texts) {
  if (texts.size() != 2) return {};
  const TruthPair first = truth_pair_of(texts[0]);
  const TruthPair second = truth_pair_of(texts[1]);
  if (!first.known() || first.no != second.no) return {};
  const bool first_is_no = equal_without_case(texts[0], first.no);
  if (first_is_no == equal_without_case(texts[1], first.no)) return {};
  return first_is_no ? texts : std::vector<std::string>{texts[1], texts[0]};
}

KindVerdict free_text_kind(const ColumnFacts& facts) {
  const auto n_distinct = static_cast<double>(facts.n_distinct);
  const auto n_present = static_cast<double>(facts.n_present());
  if (facts.n_present() >= kLeastRows && n_distinct >= kNearlyAll * n_present) {
    const bool short_texts = facts.mean_words < 3 && facts.mean_bytes < 64;
    const std::string reason = facts.n_distinct == facts.n_present() ? "unique in every row"
                                                                     : "unique in nearly every row";
    return {short_texts ? ColumnKind::identifier : ColumnKind::text, reason};
  }
  const std::string reason = fmt::format("{} different texts in {}", grouped(facts.n_distinct),
                                         counted(facts.n_present(), "row"));
  const bool many = (facts.n_present() >= kLeastRows && n_distinct > 0.5 * n_present) ||
                    facts.n_distinct > kMostLevels;
  const bool sentences = facts.mean_words >= kSentence && n_distinct > 0.1 * n_present;
  if (many || sentences) return {ColumnKind::text, reason};
  return {ColumnKind::category, fmt::format("{} levels", grouped(facts.n_distinct))};
}

void note_dates(const TableColumn& column, const DatetimeDetection& dates, std::size_t n_texts,
                const std::vector<std::string>& texts, std::vector<Finding>& findings) {
  if (dates.n_matching == n_texts && dates.ambiguous) {
    findings.push_back({"data.ambiguous_date", column.name,
                        fmt::format("column '{}': day and month cannot be told apart; read as {}",
                                    column.name, dates.format),
                        "write dates as YYYY-MM-DD"});
  }
  if (dates.n_matching == n_texts || dates.n_matching * 2 < n_texts) return;
  const auto other = std::find_if(texts.begin(), texts.end(), [&](const std::string& text) {
    return !parse_datetime(text, dates.format);
  });
  findings.push_back(
      {"data.mixed_dates", column.name,
       fmt::format(
           "column '{}': {} of {} different texts are dates like {}, but \"{}\" is not; read "
           "as text",
           column.name, grouped(dates.n_matching), grouped(n_texts), dates.format, shown(*other)),
       fmt::format("write all dates alike, or --kind {}=datetime makes the others missing",
                   column.name)});
}

KindVerdict text_kind(const TableColumn& column, const ColumnFacts& facts,
                      std::vector<Finding>& findings) {
  const std::vector<std::string> texts = used_texts(column, facts);
  if (!truth_spellings(texts).empty()) {
    return {ColumnKind::boolean, fmt::format("only \"{}\" and \"{}\"", texts[0], texts[1])};
  }
  const DatetimeDetection dates = detect_datetime(texts);
  note_dates(column, dates, texts.size(), texts, findings);
  if (dates.n_matching == texts.size()) return {ColumnKind::datetime, "dates like " + dates.format};
  return free_text_kind(facts);
}

[[noreturn]] void fail(std::string code, const std::string& message, const std::string& name) {
  throw Error(ErrorKind::invalid_data, std::move(code), message,
              fmt::format("leave the kind of '{}' to be inferred, or --drop it", name));
}

void note_unreadable(const TableColumn& column, std::uint64_t n, const std::string& first,
                     std::string_view what, std::vector<Finding>& findings) {
  if (n == 0) return;
  findings.push_back(
      {"data.not_a_number", column.name,
       fmt::format("column '{}': {} cells are not {} and count as missing, the first "
                   "\"{}\"",
                   column.name, grouped(n), what, shown(first)),
       ""});
}

/// Fills range and counts from a text column by `parse`, which gives the number a text means.
template <typename Parse>
void measure_texts(const TableColumn& column, const ColumnFacts& facts, std::string_view what,
                   ColumnSchema& schema, std::vector<Finding>& findings, Parse parse) {
  std::uint64_t n_unreadable = 0;
  std::string first;
  schema.integral = true;
  for (std::size_t i = 0; i < column.dictionary.size(); ++i) {
    if (facts.level_counts[i] == 0) continue;
    const std::optional<double> value = parse(column.dictionary[i]);
    if (!value || !std::isfinite(*value)) {
      if (n_unreadable == 0) first = column.dictionary[i];
      n_unreadable += facts.level_counts[i];
      continue;
    }
    schema.minimum = std::isnan(schema.minimum) ? *value : std::min(schema.minimum, *value);
    schema.maximum = std::isnan(schema.maximum) ? *value : std::max(schema.maximum, *value);
    schema.integral = schema.integral && *value == std::trunc(*value);
  }
  if (n_unreadable == facts.n_present()) {
    fail(what == "dates" ? "data.not_a_date" : "data.not_a_number",
         fmt::format("column '{}' cannot be read as {}: \"{}\"", column.name, what, shown(first)),
         column.name);
  }
  schema.n_missing += n_unreadable;
  note_unreadable(column, n_unreadable, first, what, findings);
}

void describe_number(const TableColumn& column, const ColumnFacts& facts, ColumnSchema& schema,
                     std::vector<Finding>& findings) {
  if (column.numeric) {
    schema.integral = facts.integral;
    schema.minimum = facts.minimum;
    schema.maximum = facts.maximum;
    return;
  }
  const NumberFormat format{column.decimal, column.thousands.value_or('\0')};
  measure_texts(column, facts, "numbers", schema, findings,
                [&](const std::string& text) { return parse_number(text, format); });
}

void describe_datetime(const TableColumn& column, const ColumnFacts& facts, ColumnSchema& schema,
                       std::vector<Finding>& findings) {
  if (column.numeric) {
    schema.datetime_format = kEpochFormat;
    schema.minimum = facts.minimum;
    schema.maximum = facts.maximum;
    return;
  }
  const DatetimeDetection dates = detect_datetime(used_texts(column, facts));
  schema.datetime_format = dates.format;
  measure_texts(column, facts, "dates", schema, findings,
                [&](const std::string& text) { return parse_datetime(text, dates.format); });
  schema.integral = false;
}

void describe_boolean(const TableColumn& column, const ColumnFacts& facts, ColumnSchema& schema) {
  std::vector<std::string> levels;
  if (column.numeric) {
    if (facts.n_distinct == 2) {
      levels = {number_as_text(facts.minimum), number_as_text(facts.maximum)};
    }
  } else {
    levels = used_texts(column, facts);
    std::vector<std::string> spellings = truth_spellings(levels);
    if (!spellings.empty())
      levels = std::move(spellings);
    else
      std::sort(levels.begin(), levels.end());
  }
  if (levels.size() != 2) {
    fail("data.not_boolean",
         fmt::format("column '{}' cannot be boolean: it has {} different values", column.name,
                     grouped(facts.n_distinct)),
         column.name);
  }
  schema.categories = std::move(levels);
}

}  // namespace

bool is_key_name(std::string_view name) {
  std::size_t begin = name.size();
  const auto letter = [&](std::size_t i) {
    return std::isalpha(static_cast<unsigned char>(name[i])) != 0;
  };
  const auto upper = [&](std::size_t i) {
    return std::isupper(static_cast<unsigned char>(name[i])) != 0;
  };
  while (begin > 0 && letter(begin - 1)) {
    --begin;
    // "customerID" and "CustomerId" have their last word behind the last change to upper case.
    if (upper(begin) && begin > 0 && letter(begin - 1) && !upper(begin - 1)) break;
  }
  std::string word(name.substr(begin));
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return std::find(kKeyWords.begin(), kKeyWords.end(), word) != kKeyWords.end();
}

KindVerdict infer_kind(const TableColumn& column, const ColumnFacts& facts,
                       std::vector<Finding>& findings) {
  if (facts.n_present() == 0) return {ColumnKind::constant, "missing in every row"};
  if (facts.n_distinct == 1) {
    return {ColumnKind::constant, fmt::format("always \"{}\"", shown(facts.examples.front()))};
  }
  return column.numeric ? numeric_kind(column, facts) : text_kind(column, facts, findings);
}

ColumnKind usable_kind(const TableColumn& column, const ColumnFacts& facts) {
  std::vector<Finding> ignored;
  const ColumnKind kind = infer_kind(column, facts, ignored).kind;
  const bool usable =
      kind != ColumnKind::identifier && kind != ColumnKind::text && kind != ColumnKind::constant;
  if (usable) return kind;
  return column.numeric ? ColumnKind::number : ColumnKind::category;
}

ColumnSchema describe_column(const TableColumn& column, const ColumnFacts& facts,
                             const KindVerdict& verdict, std::vector<Finding>& findings) {
  ColumnSchema schema;
  schema.name = column.name;
  schema.kind = verdict.kind;
  schema.reason = verdict.reason;
  schema.n_missing = facts.n_missing;
  schema.n_distinct = facts.n_distinct;
  schema.examples = facts.examples;
  schema.decimal = column.decimal;
  schema.thousands = column.thousands;
  switch (verdict.kind) {
    case ColumnKind::number:
      describe_number(column, facts, schema, findings);
      break;
    case ColumnKind::boolean:
      describe_boolean(column, facts, schema);
      break;
    case ColumnKind::category:
      schema.categories =
          column.numeric ? number_levels_by_frequency(column) : levels_by_frequency(column, facts);
      break;
    case ColumnKind::datetime:
      describe_datetime(column, facts, schema, findings);
      break;
    case ColumnKind::text:
    case ColumnKind::identifier:
    case ColumnKind::constant:
      break;
  }
  return schema;
}

}  // namespace mlops::data
