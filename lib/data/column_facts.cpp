#include "data/column_facts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "data/distinct_count.hpp"
#include "data/number_text.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kExamples = 3;

void add_example(ColumnFacts& facts, const std::string& text) {
  if (facts.examples.size() == kExamples) return;
  if (std::find(facts.examples.begin(), facts.examples.end(), text) == facts.examples.end()) {
    facts.examples.push_back(text);
  }
}

void gather_numbers(const TableColumn& column, ColumnFacts& facts) {
  DistinctCounter distinct;
  double previous = -std::numeric_limits<double>::infinity();
  facts.minimum = std::numeric_limits<double>::infinity();
  facts.maximum = -facts.minimum;
  for (const double value : column.numbers) {
    if (value != value) {
      ++facts.n_missing;
      continue;
    }
    distinct.add(value);
    facts.minimum = std::min(facts.minimum, value);
    facts.maximum = std::max(facts.maximum, value);
    facts.integral = facts.integral && value == std::trunc(value);
    facts.ascending = facts.ascending && value > previous;
    previous = value;
    if (facts.examples.size() < kExamples) add_example(facts, number_as_text(value));
  }
  facts.n_distinct = distinct.count();
  if (facts.n_present() == 0) {
    facts.minimum = facts.maximum = std::numeric_limits<double>::quiet_NaN();
  }
}

std::size_t count_words(const std::string& text) {
  std::size_t n = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank && !inside) ++n;
    inside = !blank;
  }
  return n;
}

void gather_texts(const TableColumn& column, ColumnFacts& facts) {
  facts.level_counts.assign(column.dictionary.size(), 0);
  for (const std::uint32_t code : column.codes) {
    if (code == kMissingCode) {
      ++facts.n_missing;
    } else {
      if (facts.level_counts[code]++ == 0) add_example(facts, column.dictionary[code]);
    }
  }
  for (std::size_t i = 0; i < column.dictionary.size(); ++i) {
    if (facts.level_counts[i] == 0) continue;
    ++facts.n_distinct;
    const auto n = static_cast<double>(facts.level_counts[i]);
    facts.mean_words += n * static_cast<double>(count_words(column.dictionary[i]));
    facts.mean_bytes += n * static_cast<double>(column.dictionary[i].size());
  }
  if (facts.n_present() > 0) {
    facts.mean_words /= static_cast<double>(facts.n_present());
    facts.mean_bytes /= static_cast<double>(facts.n_present());
  }
}

}  // namespace

ColumnFacts facts_of(const TableColumn& column) {
  ColumnFacts facts;
  facts.n_rows = column.n_rows();
  if (column.numeric) {
    gather_numbers(column, facts);
  } else {
    gather_texts(column, facts);
  }
  return facts;
}

std::vector<std::string> levels_by_frequency(const TableColumn& column, const ColumnFacts& facts) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < column.dictionary.size(); ++i) {
    if (facts.level_counts[i] > 0) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (facts.level_counts[a] != facts.level_counts[b]) {
      return facts.level_counts[a] > facts.level_counts[b];
    }
    return column.dictionary[a] < column.dictionary[b];
  });
  std::vector<std::string> levels;
  levels.reserve(order.size());
  for (const std::size_t i : order) levels.push_back(column.dictionary[i]);
  return levels;
}

std::vector<std::string> number_levels_by_frequency(const TableColumn& column) {
  std::map<double, std::uint64_t> counts;
  for (const double value : column.numbers) {
    if (value == value) ++counts[value];
  }
  std::vector<std::pair<double, std::uint64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> levels;
  levels.reserve(order.size());
  for (const auto& [value, count] : order) levels.push_back(number_as_text(value));
  return levels;
}

std::vector<std::string> used_texts(const TableColumn& column, const ColumnFacts& facts) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < column.dictionary.size(); ++i) {
    if (facts.level_counts[i] > 0) texts.push_back(column.dictionary[i]);
  }
  return texts;
}

}  // namespace mlops::data
