#include "learn/encoding.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "learn/target_means.hpp"
#include "unit/learn/synthetic.hpp"

using namespace mlops;
using data::Task;
using learn::CategoryEncoding;
using learn::NumberEncoding;

TEST_SUITE("learn/encoding") {
  TEST_CASE("levels with too few training rows share a slot") {
    auto labelled = test::make_labelled(Task::regression, 400, 1);
    auto& color = labelled.table.columns[3];
    color.codes.assign(400, 0);
    for (std::size_t row = 0; row < 100; ++row) color.codes[row] = 1;
    color.codes[399] = 2;  // blue, once
    const auto dataset = test::dataset_of(labelled);
    const auto encoder = learn::fit_encoder({}, dataset, test::first_rows(400));
    for (const auto& encoding : encoder.encodings()) {
      if (encoding.feature != 3) continue;
      const auto& step = std::get<model::OneHot>(encoding.step);
      CHECK(step.slot_of_level[0] == 0);
      CHECK(step.slot_of_level[1] == 1);
      CHECK(step.slot_of_level[2] == model::kNoSlot);
      CHECK(step.other_slot == 2);
    }
  }

  TEST_CASE("only the training rows decide") {
    const auto labelled = test::make_labelled(Task::regression, 200, 1);
    auto other = labelled;
    for (std::size_t row = 100; row < 200; ++row) other.table.columns[0].numbers[row] = 1e6;
    const learn::EncodingSpec spec{.numbers = NumberEncoding::binned, .n_bins = 8};
    CHECK(learn::fit_encoder(spec, test::dataset_of(labelled), test::first_rows(100)) ==
          learn::fit_encoder(spec, test::dataset_of(other), test::first_rows(100)));
  }

  TEST_CASE("target means are smoothed towards the overall mean") {
    auto labelled = test::make_labelled(Task::regression, 30, 1);
    for (std::size_t row = 0; row < 30; ++row) {
      labelled.table.columns[3].codes[row] = row < 10 ? 0 : 1;
      labelled.table.columns[5].numbers[row] = row < 10 ? 3 : 0;
    }
    const auto map = learn::fit_target_map(test::dataset_of(labelled), test::first_rows(30), 3);
    CHECK(map.values[0] == doctest::Approx((30.0 + 20 * 1.0) / 30));
    CHECK(map.values[1] == doctest::Approx((0.0 + 20 * 1.0) / 40));
    CHECK(map.unseen[0] == doctest::Approx(1));
    CHECK(map.log_counts[0] == doctest::Approx(std::log(11)));
  }

  TEST_CASE("no training row's own target enters its inputs") {
    // Every row has its own level: an in-fold mean would copy the target, an out-of-fold mean is
    // the same for every row of a part.
    auto labelled = test::make_labelled(Task::regression, 50, 1);
    auto& color = labelled.table.columns[3];
    color.dictionary.clear();
    for (std::size_t row = 0; row < 50; ++row) {
      color.dictionary.push_back("level" + std::to_string(row));
      color.codes[row] = static_cast<std::uint32_t>(row);
    }
    labelled.schema.columns[3].categories = color.dictionary;
    const auto dataset = test::dataset_of(labelled);
    const learn::EncodingSpec spec{.categories = CategoryEncoding::target_mean,
                                   .numbers = NumberEncoding::standardized};
    const auto design = learn::make_training_design(spec, dataset, test::first_rows(50), 4, 1);
    std::size_t input = 0;
    while (design.encoder.feature_of_input()[input] != 3) ++input;
    std::vector<float> seen;
    for (std::size_t row = 0; row < 50; ++row) {
      seen.push_back(design.sample.inputs[row * design.sample.n_inputs + input]);
    }
    std::sort(seen.begin(), seen.end());
    const auto n_distinct = std::unique(seen.begin(), seen.end()) - seen.begin();
    CHECK(n_distinct <= 5);
  }

  TEST_CASE("a design always has an input, also when every feature is constant") {
    auto labelled = test::make_labelled(Task::regression, 10, 1);
    for (auto& column : labelled.table.columns) {
      if (column.name == "y") continue;
      column.numbers.assign(column.numbers.size(), 1.0);
      column.codes.assign(column.codes.size(), 0U);
    }
    const auto dataset = test::dataset_of(labelled);
    for (const auto numbers : {NumberEncoding::raw, NumberEncoding::standardized}) {
      CHECK(learn::fit_encoder({.numbers = numbers}, dataset, test::first_rows(10)).n_inputs() ==
            1);
    }
  }

  TEST_CASE("specs that differ in nothing are one") {
    auto labelled = test::make_labelled(Task::regression, 20, 1);
    const learn::EncodingSpec means{.categories = CategoryEncoding::target_mean};
    CHECK(learn::simplified(means, test::dataset_of(labelled)) == means);
    labelled.schema.columns[3].role = data::ColumnRole::ignored;
    CHECK(learn::simplified(means, test::dataset_of(labelled)) == learn::EncodingSpec{});
  }
}
