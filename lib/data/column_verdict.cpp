#include "data/column_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/text_position.hpp"

namespace mlops::data {
namespace {

constexpr std::uint64_t kLeastNumbersForMarker = 20;
constexpr std::size_t kLongestMarker = 12;
constexpr std::size_t kDictionaryProbe = 1000;

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Verdict as_text(std::string code, std::string message, std::string hint) {
  return {VerdictKind::read_as_text, {}, std::move(code), std::move(message), std::move(hint)};
}

/// The marker that explains every bad cell; empty when there is none.
std::string single_marker(const ColumnBuilder& column, std::uint64_t n_numbers) {
  const auto& bad = column.bad_cells();
  const std::uint64_t n_present = n_numbers + column.n_bad_cells();
  if (column.n_bad_cells() < 2 || n_numbers < kLeastNumbersForMarker) return {};
  if (column.n_bad_cells() * 10 > n_present || bad.size() != column.n_bad_cells()) return {};
  const std::string& marker = bad.front().text;
  if (marker.size() > kLongestMarker || has_digit(marker)) return {};
  const bool alone =
      std::all_of(bad.begin(), bad.end(), [&](const BadCell& cell) { return cell.text == marker; });
  return alone ? marker : std::string();
}

/// The format of some texts when all are numbers in it; nothing otherwise. An ambiguous comma is
/// settled as in guess_columns.
std::optional<NumberFormat> common_format(std::vector<std::string> texts, const NumberRules& rules,
                                          const MissingMarkers& missing) {
  const std::vector<std::vector<std::string>> columns = {std::move(texts)};
  std::vector<std::size_t> ambiguous;
  const ColumnGuess guess = guess_columns(columns, missing, rules, ambiguous).front();
  const bool all = std::all_of(columns[0].begin(), columns[0].end(), [&](const std::string& text) {
    return parse_number(text, guess.format).has_value();
  });
  if (!guess.numeric || !all) return std::nullopt;
  return guess.format;
}

/// Another format that explains the bad cells. A decimal mark that contradicts the column's needs
/// more than a few cells.
std::optional<NumberFormat> better_format(const ColumnBuilder& column, std::uint64_t n_numbers,
                                          const NumberRules& rules, const MissingMarkers& missing) {
  std::vector<std::string> texts;
  for (const BadCell& cell : column.bad_cells()) texts.push_back(cell.text);
  const auto format = common_format(std::move(texts), rules, missing);
  if (!format || *format == column.format()) return std::nullopt;
  const bool many = column.n_bad_cells() * 100 > n_numbers + column.n_bad_cells();
  if (format->decimal != column.format().decimal && !many) return std::nullopt;
  return format;
}

Verdict mixed(VerdictKind kind, const std::string& name, std::uint64_t n_texts,
              std::uint64_t n_present, const std::string& text) {
  return {kind,
          {},
          "data.mixed_column",
          fmt::format("column '{}' holds numbers and text; it is read as text because {} of {} "
                      "cells are not numbers, such as \"{}\"",
                      name, grouped(n_texts), grouped(n_present), shown(text)),
          fmt::format("--kind '{}=number' --on-bad-row missing reads the numbers only", name)};
}

Verdict judge_bad_cells(const ColumnBuilder& column, const std::string& name, Wish wish,
                        const NumberRules& rules, const MissingMarkers& missing) {
  const std::uint64_t n_numbers = column.count_present();
  const std::uint64_t n_bad = column.n_bad_cells();
  if (const auto format = better_format(column, n_numbers, rules, missing)) {
    return {VerdictKind::read_as_numbers, *format, {}, {}, {}};
  }
  if (wish == Wish::number) return {VerdictKind::bad_cells, {}, {}, {}, {}};
  if (wish == Wish::levels) return as_text({}, {}, {});
  if (const std::string marker = single_marker(column, n_numbers); !marker.empty()) {
    return {
        VerdictKind::keep,
        {},
        "data.marker_as_missing",
        fmt::format("column '{}': \"{}\" is not a number and is read as missing ({} of {} cells)",
                    name, marker, grouped(n_bad), grouped(n_numbers + n_bad)),
        fmt::format("--missing '{}' says so; --kind '{}=category' keeps it as a level", marker,
                    name)};
  }
  if (n_bad * 100 <= n_numbers + n_bad) return {VerdictKind::bad_cells, {}, {}, {}, {}};
  if (n_bad > n_numbers) return as_text({}, {}, {});
  return mixed(VerdictKind::read_as_text, name, n_bad, n_numbers + n_bad,
               column.bad_cells().front().text);
}

Verdict keep_zeros(VerdictKind kind, const std::string& name) {
  return {
      kind,
      {},
      "data.leading_zeros",
      fmt::format("column '{}' has whole numbers with leading zeros; it is read as text so that "
                  "they stay",
                  name),
      fmt::format("--kind '{}=number' drops the zeros", name)};
}

/// How many cells of a text column are numbers in a format.
struct NumberCount {
  std::uint64_t n_present = 0;
  std::uint64_t n_numbers = 0;
  const std::string* other = nullptr;  ///< some text that is none
};

/// Nothing when the first texts say that it is not worth counting.
std::optional<NumberCount> count_numbers(const ColumnBuilder& column, NumberFormat format) {
  const auto& texts = column.dictionary();
  const std::size_t n_probed = std::min(texts.size(), kDictionaryProbe);
  std::vector<bool> numbers(texts.size(), false);
  std::size_t n_found = 0;
  NumberCount count;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i == n_probed && n_found * 2 < n_probed) return std::nullopt;
    numbers[i] = parse_number(texts[i], format).has_value();
    n_found += numbers[i] ? 1u : 0u;
    if (!numbers[i] && count.other == nullptr) count.other = &texts[i];
  }
  if (n_found == 0) return std::nullopt;
  for (const std::uint32_t code : column.codes()) {
    if (code == kMissingCode) continue;
    ++count.n_present;
    count.n_numbers += numbers[code] ? 1u : 0u;
  }
  return count;
}

/// A column read as text whose cells may be numbers but for a few.
Verdict judge_texts(const ColumnBuilder& column, const std::string& name, Wish wish,
                    const NumberRules& rules, const MissingMarkers& missing) {
  const auto& texts = column.dictionary();
  const auto n_probed = static_cast<std::ptrdiff_t>(std::min(texts.size(), kDictionaryProbe));
  const std::vector<std::vector<std::string>> probe = {{texts.begin(), texts.begin() + n_probed}};
  std::vector<std::size_t> ambiguous;
  const NumberFormat format = guess_columns(probe, missing, rules, ambiguous).front().format;
  const auto count = count_numbers(column, format);
  if (!count || count->n_numbers * 2 < count->n_present) return {};
  if (wish == Wish::levels && count->n_numbers < count->n_present) return {};
  if (count->n_numbers * 10 < count->n_present * 9) {
    return mixed(VerdictKind::keep, name, count->n_present - count->n_numbers, count->n_present,
                 *count->other);
  }
  if (wish == Wish::infer && std::any_of(texts.begin(), texts.end(), has_leading_zero)) {
    return keep_zeros(VerdictKind::keep, name);
  }
  return {VerdictKind::read_as_numbers, format, {}, {}, {}};
}

}  // namespace

Wish wish_for(const ReadOptions& options, const std::string& name) {
  const auto named_in = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (named_in(options.text_columns)) return Wish::text;
  if (named_in(options.number_columns)) return Wish::number;
  return named_in(options.level_columns) ? Wish::levels : Wish::infer;
}

Verdict judge_column(const ColumnBuilder& column, const std::string& name, Wish wish,
                     const NumberRules& rules, const MissingMarkers& missing) {
  if (wish == Wish::text) {
    return column.numeric() ? as_text({}, {}, {}) : Verdict{};
  }
  if (!column.numeric()) {
    Verdict verdict = judge_texts(column, name, wish, rules, missing);
    if (wish == Wish::number && verdict.kind == VerdictKind::keep) {
      verdict = {VerdictKind::read_as_numbers, candidate_formats(rules).front(), {}, {}, {}};
    }
    return verdict;
  }
  if (column.leading_zero() && wish != Wish::number) {
    return keep_zeros(VerdictKind::read_as_text, name);
  }
  if (column.n_bad_cells() > 0) return judge_bad_cells(column, name, wish, rules, missing);
  return {};
}

}  // namespace mlops::data
