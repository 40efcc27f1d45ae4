#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "data/cell_look.hpp"
#include "data/column_kind.hpp"
#include "data/datetime.hpp"
#include "data/number_text.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

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

void describe_datetime(const TableColumn& column, const ColumnFacts& facts,
                       const std::string& given_format, ColumnSchema& schema,
                       std::vector<Finding>& findings) {
  if (column.numeric) {
    schema.datetime_format = kEpochFormat;
    schema.minimum = facts.minimum;
    schema.maximum = facts.maximum;
    return;
  }
  schema.datetime_format =
      given_format.empty() ? detect_datetime(used_texts(column, facts)).format : given_format;
  measure_texts(column, facts, "dates", schema, findings, [&](const std::string& text) {
    return parse_datetime(text, schema.datetime_format);
  });
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
      describe_datetime(column, facts, verdict.datetime_format, schema, findings);
      break;
    case ColumnKind::text:
    case ColumnKind::identifier:
    case ColumnKind::constant:
      break;
  }
  return schema;
}

}  // namespace mlops::data
