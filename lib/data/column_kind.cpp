#include "data/column_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "data/cell_look.hpp"
#include "data/datetime.hpp"
#include "data/distinct_count.hpp"
#include "data/number_format.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

constexpr std::uint64_t kLeastRows = 20;
constexpr double kNearlyAll = 0.95;
constexpr double kFewGaps = 1.1;
constexpr std::uint64_t kMostLevels = 10000;
constexpr double kSentence = 5;
constexpr std::string_view kCompactDate = "%Y%m%d";
/// Signs that stand beside amounts.
constexpr std::array<std::string_view, 9> kSigns = {"$",   "€",   "£",   "¥", "₹",
                                                    "USD", "EUR", "GBP", "%"};
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

/// Whole numbers that all are days written as 20241231; by chance one in thirty is.
bool are_compact_dates(const TableColumn& column, const ColumnFacts& facts) {
  constexpr std::uint64_t kLeastDifferent = 5;
  if (!facts.integral || facts.minimum < 19000101 || facts.maximum > 20991231) return false;
  if (facts.n_distinct < kLeastDifferent) return false;
  return std::all_of(column.numbers.begin(), column.numbers.end(), [](double value) {
    return std::isnan(value) || parse_datetime(fmt::format("{:.0f}", value), kCompactDate);
  });
}

KindVerdict numeric_kind(const TableColumn& column, const ColumnFacts& facts,
                         std::vector<Finding>& findings) {
  if (facts.n_distinct == 2 && facts.minimum == 0 && facts.maximum == 1) {
    return {ColumnKind::boolean, "only 0 and 1"};
  }
  if (std::string reason = identifier_reason(column, facts); !reason.empty()) {
    return {ColumnKind::identifier, std::move(reason)};
  }
  if (are_compact_dates(column, facts)) {
    findings.push_back(
        {"data.date_like", column.name,
         fmt::format("column '{}' holds whole numbers like {:.0f} that could be "
                     "dates; read as numbers",
                     column.name, facts.minimum),
         fmt::format("--kind '{}=datetime:{}' reads dates", column.name, kCompactDate)});
  }
  return {ColumnKind::number, facts.integral ? "whole numbers" : "numbers"};
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
                        fmt::format("the other way round: --kind '{}=datetime:{}'", column.name,
                                    dates.other_format)});
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
       fmt::format("write all dates alike, or --kind '{}=datetime' makes the others missing",
                   column.name)});
}

/// The sign that stands before or behind the number in every text; empty when there is none.
std::string_view common_sign(const std::vector<std::string>& texts) {
  const std::vector<NumberFormat> formats = candidate_formats({});
  const auto is_amount = [&](const std::string& text, std::string_view sign) {
    const std::size_t at = text.find(sign);
    if (at == std::string::npos) return false;
    std::string rest = text;
    rest.erase(at, sign.size());
    return std::any_of(formats.begin(), formats.end(), [&](NumberFormat format) {
      return parse_number(trimmed(rest), format).has_value();
    });
  };
  for (const std::string_view sign : kSigns) {
    if (std::all_of(texts.begin(), texts.end(),
                    [&](const std::string& text) { return is_amount(text, sign); }))
      return sign;
  }
  return {};
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
  if (const std::string_view sign = common_sign(texts); !sign.empty()) {
    findings.push_back(
        {"data.amount_with_sign", column.name,
         fmt::format("column '{}' holds amounts with \"{}\", such as \"{}\"; read as text",
                     column.name, sign, shown(texts.front())),
         "write the numbers without the sign"});
  }
  return free_text_kind(facts);
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
  return column.numeric ? numeric_kind(column, facts, findings)
                        : text_kind(column, facts, findings);
}

ColumnKind usable_kind(const TableColumn& column, const ColumnFacts& facts) {
  std::vector<Finding> ignored;
  const ColumnKind kind = infer_kind(column, facts, ignored).kind;
  const bool usable =
      kind != ColumnKind::identifier && kind != ColumnKind::text && kind != ColumnKind::constant;
  if (usable) return kind;
  return column.numeric ? ColumnKind::number : ColumnKind::category;
}

}  // namespace mlops::data
