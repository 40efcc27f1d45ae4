#include "learn/split.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/random.hpp"

namespace mlops::learn {

namespace {

/// The rows of each class, shuffled; regression has one group.
std::vector<RowIndices> shuffled_groups(const Dataset& dataset, const RowIndices& rows,
                                        std::uint64_t seed) {
  std::vector<RowIndices> groups(std::max<std::size_t>(1, dataset.n_classes));
  for (const auto row : rows) {
    groups[dataset.n_classes == 0 ? 0 : dataset.truth.classes[row]].push_back(row);
  }
  Random random(seed);
  for (auto& group : groups) random.shuffle(std::span(group));
  return groups;
}

RowIndices by_time(const Dataset& dataset, RowIndices rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
    return dataset.time[a] < dataset.time[b];
  });
  return rows;
}

/// The first position at or before `cut` that does not split rows of equal time; `cut` itself when
/// everything before it has that time.
std::size_t between_times(const Dataset& dataset, const RowIndices& ordered, std::size_t cut) {
  std::size_t result = cut;
  while (result > 0 && result < ordered.size() &&
         dataset.time[ordered[result]] == dataset.time[ordered[result - 1]]) {
    --result;
  }
  return result == 0 ? cut : result;
}

RowIndices sorted(RowIndices rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::size_t part_size(std::size_t n, double share) {
  const auto wanted = static_cast<std::size_t>(std::llround(static_cast<double>(n) * share));
  return n < 2 ? 0 : std::clamp<std::size_t>(wanted, 1, n - 1);
}

RowIndices draw_latest(const Dataset& dataset, const RowIndices& rows, double share) {
  auto ordered = by_time(dataset, rows);
  const auto cut =
      between_times(dataset, ordered, ordered.size() - part_size(ordered.size(), share));
  ordered.erase(ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>(cut));
  return sorted(std::move(ordered));
}

std::vector<Fold> make_ordered_folds(const Dataset& dataset, const RowIndices& rows,
                                     unsigned n_folds) {
  const auto ordered = by_time(dataset, rows);
  const auto cut = [&](std::size_t block) {
    return between_times(dataset, ordered, ordered.size() * block / (n_folds + 1));
  };
  std::vector<Fold> folds;
  for (unsigned i = 1; i <= n_folds; ++i) {
    const auto begin = ordered.begin();
    const auto from = static_cast<std::ptrdiff_t>(cut(i));
    const auto to = static_cast<std::ptrdiff_t>(i == n_folds ? ordered.size() : cut(i + 1));
    if (from == 0 || from >= to) continue;
    folds.push_back({sorted({begin, begin + from}), sorted({begin + from, begin + to})});
  }
  return folds;
}

}  // namespace

RowIndices without(const RowIndices& rows, const RowIndices& part) {
  RowIndices rest;
  rest.reserve(rows.size() - std::min(rows.size(), part.size()));
  std::set_difference(rows.begin(), rows.end(), part.begin(), part.end(), std::back_inserter(rest));
  return rest;
}

RowIndices draw_part(const Dataset& dataset, const RowIndices& rows, double share,
                     std::uint64_t seed) {
  if (!dataset.time.empty()) return draw_latest(dataset, rows, share);
  RowIndices part;
  for (const auto& group : shuffled_groups(dataset, rows, seed)) {
    // A class with a single row stays where it can be learnt.
    const auto n = part_size(group.size(), share);
    part.insert(part.end(), group.begin(), group.begin() + static_cast<std::ptrdiff_t>(n));
  }
  return sorted(std::move(part));
}

RowIndices draw_sample(const Dataset& dataset, const RowIndices& rows, std::size_t size,
                       std::uint64_t seed) {
  constexpr std::size_t kRareRows = 500;
  if (rows.size() <= size) return rows;
  const double share = static_cast<double>(size) / static_cast<double>(rows.size());
  RowIndices sample;
  for (const auto& group : shuffled_groups(dataset, rows, seed)) {
    const auto wanted = std::max(kRareRows, part_size(group.size(), share));
    const auto n = static_cast<std::ptrdiff_t>(std::min(group.size(), wanted));
    sample.insert(sample.end(), group.begin(), group.begin() + n);
  }
  return sorted(std::move(sample));
}

std::vector<Fold> make_folds(const Dataset& dataset, const RowIndices& rows, unsigned n_folds,
                             std::uint64_t seed) {
  if (!dataset.time.empty()) return make_ordered_folds(dataset, rows, n_folds);
  std::vector<RowIndices> valid(n_folds);
  std::size_t next = 0;
  for (const auto& group : shuffled_groups(dataset, rows, seed)) {
    if (group.size() < n_folds) continue;
    for (const auto row : group) valid[next++ % n_folds].push_back(row);
  }
  std::vector<Fold> folds;
  for (auto& part : valid) {
    if (part.empty()) continue;
    part = sorted(std::move(part));
    folds.push_back({without(rows, part), std::move(part)});
  }
  return folds;
}

unsigned bearable_folds(const Dataset& dataset, const RowIndices& rows, unsigned wanted) {
  std::size_t bearable = rows.size();
  if (dataset.n_classes > 0) {
    std::vector<std::size_t> counts(dataset.n_classes, 0);
    for (const auto row : rows) ++counts[dataset.truth.classes[row]];
    std::sort(counts.rbegin(), counts.rend());
    bearable = counts[1];
  }
  return static_cast<unsigned>(std::clamp<std::size_t>(bearable, 1, wanted));
}

Fold make_holdout(const Dataset& dataset, const RowIndices& rows, double share,
                  std::uint64_t seed) {
  auto valid = draw_part(dataset, rows, share, seed);
  return {without(rows, valid), std::move(valid)};
}

}  // namespace mlops::learn
