#include "data/profile.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

/// number, category with 60 levels, boolean; target y (binary).
Schema sample_schema() {
  Schema schema;
  ColumnSchema number;
  number.name = "number";
  ColumnSchema level;
  level.name = "level";
  level.kind = ColumnKind::category;
  for (int i = 0; i < 60; ++i) level.categories.push_back("level " + std::to_string(i));
  ColumnSchema flag;
  flag.name = "flag";
  flag.kind = ColumnKind::boolean;
  flag.categories = {"No", "Yes"};
  ColumnSchema target;
  target.name = "y";
  target.role = ColumnRole::target;
  schema.columns = {number, level, flag, target};
  schema.target = "y";
  schema.task = Task::binary;
  schema.classes = {"No", "Yes"};
  return schema;
}

ConformedRows sample_rows() {
  ConformedRows rows;
  rows.n_rows = 1000;
  rows.n_features = 3;
  Random random(1);
  for (std::size_t i = 0; i < rows.n_rows; ++i) {
    rows.cells.push_back(i % 10 == 0 ? std::nan("") : random.normal());
    rows.cells.push_back(i % 100 == 0 ? kUnseenCategory : static_cast<double>(i % 60));
    rows.cells.push_back(i % 4 == 0 ? 1 : 0);
  }
  return rows;
}

Predictions sample_predictions() {
  Predictions predictions;
  predictions.task = Task::binary;
  predictions.n_rows = 1000;
  predictions.n_classes = 2;
  for (std::size_t i = 0; i < 1000; ++i) {
    const double p = static_cast<double>(i) / 1000;
    predictions.probabilities.insert(predictions.probabilities.end(), {1 - p, p});
    predictions.labels.push_back(p >= 0.5 ? 1 : 0);
  }
  return predictions;
}

ReferenceProfile sample_profile() {
  const std::vector<double> importance = {0.5, 0.3, 0.2};
  return build_profile(sample_schema(), sample_rows(), sample_predictions(), importance);
}

std::uint64_t total(const ColumnProfile& column) {
  return std::accumulate(column.counts.begin(), column.counts.end(), std::uint64_t{0});
}

}  // namespace

TEST_SUITE("data/profile") {
  TEST_CASE("numbers get twenty bins of about equal weight, the outer ones cut at a hundredth") {
    const ColumnProfile column = sample_profile().features[0];
    CHECK(column.n_bins() == 22);
    CHECK(column.edges.size() == 21);
    CHECK(std::is_sorted(column.edges.begin(), column.edges.end()));
    CHECK(column.n_missing == 100);
    CHECK(column.n_present == 900);
    CHECK(total(column) == 900);
    for (std::size_t bin = 0; bin < column.n_bins(); ++bin) {
      CAPTURE(bin);
      const std::size_t from_the_end = std::min(bin, column.n_bins() - 1 - bin);
      const double expected = from_the_end == 0 ? 9 : from_the_end == 1 ? 36 : 45;
      CHECK(static_cast<double>(column.counts[bin]) == doctest::Approx(expected).epsilon(0.1));
    }
    CHECK(std::fabs(column.mean) < 0.1);
    CHECK(std::fabs(column.standard_deviation - 1) < 0.1);
    CHECK(column.minimum < -2.5);
    CHECK(column.importance == 0.5);
  }

  TEST_CASE("the 50 most frequent levels have a bin each, all others share one") {
    const ColumnProfile column = sample_profile().features[1];
    CHECK(column.levels.size() == 50);
    CHECK(column.n_bins() == 51);
    CHECK(column.bin_of(0) == 0);
    CHECK(column.bin_of(49) == 49);
    CHECK(column.bin_of(50) == 50);
    CHECK(column.bin_of(59) == 50);
    CHECK(column.n_unseen == 10);
    CHECK(total(column) == 990);
  }

  TEST_CASE("a boolean has its two bins and an empty one for others") {
    const ColumnProfile column = sample_profile().features[2];
    CHECK(column.levels == std::vector<std::string>{"No", "Yes"});
    CHECK(column.counts == std::vector<std::uint64_t>{750, 250, 0});
    CHECK(column.mean == doctest::Approx(0.25));
  }

  TEST_CASE("values that repeat get bins of their own") {
    Schema schema = sample_schema();
    schema.columns.erase(schema.columns.begin() + 1, schema.columns.begin() + 3);
    ConformedRows rows;
    rows.n_rows = 1000;
    rows.n_features = 1;
    for (std::size_t i = 0; i < 1000; ++i)
      rows.cells.push_back(i < 900 ? 0 : static_cast<double>(i % 3 + 1));
    const ColumnProfile column = build_profile(schema, rows, sample_predictions(), {}).features[0];
    CHECK(column.bin_of(0) == 0);
    CHECK(column.counts[0] == 900);
    CHECK(column.bin_of(-5) == 0);
    CHECK(column.bin_of(3) == column.n_bins() - 1);
    CHECK(column.bin_of(99) == column.n_bins() - 1);
    CHECK(total(column) == 1000);
  }

  TEST_CASE("an edge belongs to the bin below it") {
    ColumnProfile column;
    column.edges = {1, 2};
    column.counts = {0, 0, 0};
    CHECK(column.bin_of(1) == 0);
    CHECK(column.bin_of(1.5) == 1);
    CHECK(column.bin_of(2) == 1);
    CHECK(column.bin_of(2.5) == 2);
  }

  TEST_CASE("the prediction is profiled by its task") {
    CHECK(sample_profile().prediction.kind == ColumnKind::number);
    CHECK(sample_profile().prediction.n_bins() == 22);
    CHECK(prediction_cell(sample_predictions(), 250) == 0.25);

    Schema schema = sample_schema();
    schema.task = Task::multiclass;
    schema.classes = {"a", "b", "c"};
    Predictions answers;
    answers.task = Task::multiclass;
    answers.n_rows = 1000;
    answers.n_classes = 3;
    answers.probabilities.assign(3000, 1.0 / 3);
    for (std::uint32_t i = 0; i < 1000; ++i) answers.labels.push_back(i % 3);
    const ReferenceProfile profile = build_profile(schema, sample_rows(), answers, {});
    CHECK(profile.prediction.kind == ColumnKind::category);
    CHECK(profile.prediction.levels == schema.classes);
    CHECK(profile.prediction.counts == std::vector<std::uint64_t>{334, 333, 333, 0});
    CHECK(prediction_cell(answers, 4) == 1);
  }

  TEST_CASE("a feature that is missing everywhere has one empty bin") {
    ConformedRows rows = sample_rows();
    for (std::size_t i = 0; i < rows.n_rows; ++i) rows.cells[i * 3] = NAN;
    const ColumnProfile column =
        build_profile(sample_schema(), rows, sample_predictions(), {}).features[0];
    CHECK(column.n_bins() == 1);
    CHECK(column.n_missing == 1000);
    CHECK(total(column) == 0);
  }

  TEST_CASE("a profile survives its JSON form to the bit") {
    const ReferenceProfile profile = sample_profile();
    const ReferenceProfile back =
        profile_from_json(parse_json(dump_json(to_json(profile)), "profile.json"));
    CHECK(back.features[0].edges == profile.features[0].edges);
    CHECK(back.features[1].counts == profile.features[1].counts);
    CHECK(dump_json(to_json(back)) == dump_json(to_json(profile)));
  }

  TEST_CASE("a damaged profile is corrupt") {
    Json no_features = to_json(sample_profile());
    no_features.erase("features");
    Json fewer_counts = to_json(sample_profile());
    fewer_counts["features"][0]["counts"].erase(0);
    Json unknown_kind = to_json(sample_profile());
    unknown_kind["prediction"]["kind"] = "numeric";
    Json newer = to_json(sample_profile());
    newer["format"] = 2;
    for (const Json& json : {no_features, fewer_counts, unknown_kind, newer, Json::array()}) {
      try {
        (void)profile_from_json(json);
        CHECK(false);
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::corrupt);
      }
    }
  }
}
