#include "learn/split.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "unit/learn/synthetic.hpp"

using namespace mlops;
using learn::RowIndices;

namespace {

/// A dataset with these class labels and nothing else.
learn::Dataset with_classes(const std::vector<std::uint32_t>& classes, std::size_t n_classes) {
  learn::Dataset dataset;
  dataset.task = data::Task::multiclass;
  dataset.n_classes = n_classes;
  dataset.truth.classes = classes;
  dataset.table_rows.resize(classes.size());
  return dataset;
}

learn::Dataset with_time(const std::vector<double>& time) {
  learn::Dataset dataset;
  dataset.truth.values.assign(time.size(), 1.0);
  dataset.time = time;
  dataset.table_rows.resize(time.size());
  return dataset;
}

bool disjoint(const RowIndices& a, const RowIndices& b) {
  RowIndices both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both.empty();
}

}  // namespace

TEST_SUITE("learn/split") {
  TEST_CASE("folds judge every row once and keep the class shares") {
    std::vector<std::uint32_t> classes;
    for (std::uint32_t i = 0; i < 100; ++i) classes.push_back(i % 10 == 0 ? 1 : 0);
    const auto dataset = with_classes(classes, 2);
    const auto rows = test::first_rows(100);
    const auto folds = learn::make_folds(dataset, rows, 5, 7);
    REQUIRE(folds.size() == 5);
    std::multiset<std::uint32_t> judged;
    for (const auto& fold : folds) {
      CHECK(fold.train.size() + fold.valid.size() == 100);
      CHECK(disjoint(fold.train, fold.valid));
      CHECK(std::count_if(fold.valid.begin(), fold.valid.end(),
                          [&](auto row) { return classes[row] == 1; }) == 2);
      judged.insert(fold.valid.begin(), fold.valid.end());
    }
    CHECK(judged.size() == 100);
    CHECK(std::set<std::uint32_t>(judged.begin(), judged.end()).size() == 100);
  }

  TEST_CASE("rows of a class with fewer rows than folds are always trained on") {
    const auto dataset = with_classes({0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2}, 3);
    for (const auto& fold : learn::make_folds(dataset, test::first_rows(13), 5, 1)) {
      CHECK(std::binary_search(fold.train.begin(), fold.train.end(), 11U));
      CHECK(std::binary_search(fold.train.begin(), fold.train.end(), 12U));
    }
  }

  TEST_CASE("the same seed gives the same folds, another seed others") {
    const auto dataset = with_classes(std::vector<std::uint32_t>(50, 0), 1);
    const auto rows = test::first_rows(50);
    CHECK(learn::make_folds(dataset, rows, 5, 3)[0].valid ==
          learn::make_folds(dataset, rows, 5, 3)[0].valid);
    CHECK(learn::make_folds(dataset, rows, 5, 3)[0].valid !=
          learn::make_folds(dataset, rows, 5, 4)[0].valid);
  }

  TEST_CASE("with a time the future judges the past, in folds and in the held-out part") {
    std::vector<double> time;
    for (int i = 0; i < 60; ++i) time.push_back((i * 37) % 60);  // shuffled days 0..59
    const auto dataset = with_time(time);
    const auto rows = test::first_rows(60);
    const auto latest_of = [&](const RowIndices& part) {
      double latest = -1;
      for (const auto row : part) latest = std::max(latest, time[row]);
      return latest;
    };
    const auto earliest_of = [&](const RowIndices& part) {
      double earliest = 1e9;
      for (const auto row : part) earliest = std::min(earliest, time[row]);
      return earliest;
    };
    const auto folds = learn::make_folds(dataset, rows, 4, 1);
    REQUIRE(folds.size() == 4);
    for (const auto& fold : folds) CHECK(latest_of(fold.train) < earliest_of(fold.valid));
    const auto part = learn::draw_part(dataset, rows, 0.2, 1);
    CHECK(part.size() == 12);
    CHECK(latest_of(learn::without(rows, part)) < earliest_of(part));
  }

  TEST_CASE("rows of one moment are not cut apart") {
    const auto dataset = with_time({1, 1, 1, 2, 2, 2, 3, 3, 3, 3});
    const auto part = learn::draw_part(dataset, test::first_rows(10), 0.2, 1);
    CHECK(part == RowIndices{6, 7, 8, 9});
  }

  TEST_CASE("a part leaves single rows of a class where they can be learnt") {
    const auto dataset = with_classes({0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 2);
    const auto part = learn::draw_part(dataset, test::first_rows(10), 0.2, 5);
    CHECK(part.size() == 2);
    CHECK_FALSE(std::binary_search(part.begin(), part.end(), 9U));
  }

  TEST_CASE("fewer folds are made when only few rows of a second class exist") {
    struct Case {
      std::vector<std::uint32_t> classes;
      unsigned folds;
    };
    const Case cases[] = {{{0, 0, 0, 0, 1, 1, 1}, 3},
                          {{0, 0, 0, 1}, 1},
                          {{0, 1, 2}, 1},
                          {{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}, 5}};
    for (const auto& c : cases) {
      CAPTURE(c.folds);
      CHECK(learn::bearable_folds(with_classes(c.classes, 3), test::first_rows(c.classes.size()),
                                  5) == c.folds);
    }
    CHECK(learn::bearable_folds(with_time({1, 2, 3}), test::first_rows(3), 5) == 3);
  }
}
