#include "model/encoder.hpp"

#include <doctest/doctest.h>

#include <cfloat>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "model/calendar.hpp"

namespace mlops::model {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr float kNanF = std::numeric_limits<float>::quiet_NaN();

/// What one encoding makes of one cell.
std::vector<float> encode_one(const Encoding& encoding, double cell) {
  const Encoder encoder({encoding}, 1);
  std::vector<float> inputs(encoder.n_inputs());
  encoder.encode(std::span(&cell, 1), inputs);
  return inputs;
}

bool same(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i]))) return false;
  }
  return true;
}

struct Row {
  const char* name;
  Encoding encoding;
  double cell;
  std::vector<float> expected;
};

const OneHot kOneHot{
    .slot_of_level = {0, 1, kNoSlot, 2}, .n_slots = 5, .other_slot = 3, .missing_slot = 4};
const OneHot kBareOneHot{.slot_of_level = {1, kNoSlot, 0}, .n_slots = 2};
const TargetMap kMap{.n_targets = 2,
                     .values = {1, 2, 3, 4},
                     .unseen = {9, 8},
                     .missing = {7, 6},
                     .log_counts = {0.5F, 0.25F},
                     .missing_log_count = 0.125F};
const Standardized kStandard{.mean = 10, .scale = 2, .fill = 12, .missing_indicator = true};
const Standardized kClamped{.mean = 0, .scale = 1, .fill = 0, .minimum = -3, .maximum = 3};
const QuantileBins kBins{.edges = {1, 2, 5}, .missing_slot = true};

std::vector<Row> rows() {
  return {
      {"a number passes", {.step = PassThrough{}}, 1.5, {1.5F}},
      {"a missing number stays missing", {.step = PassThrough{}}, kNan, {kNanF}},
      {"a number beyond float is the largest float", {.step = PassThrough{}}, 1e300, {FLT_MAX}},
      {"and the smallest", {.step = PassThrough{}}, -1e300, {-FLT_MAX}},
      {"a number is scaled", {.step = kStandard}, 14, {2, 0}},
      {"a missing number is filled and marked", {.step = kStandard}, kNan, {1, 1}},
      {"a number is clamped before scaling", {.step = kClamped}, 1e9, {3}},
      {"on both sides", {.step = kClamped}, -4, {-3}},
      {"a level has its slot", {.step = kOneHot}, 3, {0, 0, 1, 0, 0}},
      {"a rare level is other", {.step = kOneHot}, 2, {0, 0, 0, 1, 0}},
      {"an unseen level is other", {.step = kOneHot}, data::kUnseenCategory, {0, 0, 0, 1, 0}},
      {"a level beyond the table is other", {.step = kOneHot}, 99, {0, 0, 0, 1, 0}},
      {"a missing level has its slot", {.step = kOneHot}, kNan, {0, 0, 0, 0, 1}},
      {"without an other slot all is zero", {.step = kBareOneHot}, 1, {0, 0}},
      {"without a missing slot all is zero", {.step = kBareOneHot}, kNan, {0, 0}},
      {"slots may stand in any order", {.step = kBareOneHot}, 0, {0, 1}},
      {"a level's means and count", {.step = kMap}, 1, {3, 4, 0.25F}},
      {"an unseen level's", {.step = kMap}, data::kUnseenCategory, {9, 8, 0}},
      {"a missing level's", {.step = kMap}, kNan, {7, 6, 0.125F}},
      {"a code", {.step = CategoryCode{{4, kNoSlot}}}, 0, {4}},
      {"a level without code is missing", {.step = CategoryCode{{4, kNoSlot}}}, 1, {kNanF}},
      {"an unseen level is missing", {.step = CategoryCode{{4}}}, -1, {kNanF}},
      {"a missing level is missing", {.step = CategoryCode{{4}}}, kNan, {kNanF}},
      {"the first bin", {.step = kBins}, -7, {1, 0, 0, 0, 0}},
      {"an edge belongs to the bin below", {.step = kBins}, 2, {0, 1, 0, 0, 0}},
      {"just above an edge", {.step = kBins}, std::nextafter(2.0, 3.0), {0, 0, 1, 0, 0}},
      {"the last bin", {.step = kBins}, 6, {0, 0, 0, 1, 0}},
      {"the missing bin", {.step = kBins}, kNan, {0, 0, 0, 0, 1}},
      {"a quarter of a cycle",
       {.step = Cyclic{24}},
       6,
       {1, static_cast<float>(std::cos(1.5707963267948966))}},
      {"a missing moment of a cycle", {.step = Cyclic{24}}, kNan, {0, 0}},
      {"an infinite one", {.step = Cyclic{5e-324}}, 1e300, {0, 0}},
      {"a weekday through bins",
       {.source = CellSource::weekday, .step = QuantileBins{.edges = {4}}},
       1709251200,  // Friday, 1 March 2024
       {1, 0}},
  };
}

struct BadEncoding {
  const char* name;
  EncodingStep step;
};

std::vector<BadEncoding> bad_encodings() {
  return {
      {"scale 0", Standardized{.scale = 0}},
      {"scale NaN", Standardized{.scale = kNan}},
      {"mean infinite", Standardized{.mean = INFINITY}},
      {"empty range", Standardized{.minimum = 1, .maximum = 0}},
      {"range NaN", Standardized{.minimum = kNan}},
      {"no slots", OneHot{}},
      {"more slots than levels can fill", OneHot{.slot_of_level = {0}, .n_slots = 4}},
      {"slot out of range", OneHot{.slot_of_level = {2}, .n_slots = 2}},
      {"other slot out of range", OneHot{.slot_of_level = {0}, .n_slots = 1, .other_slot = 1}},
      {"no targets", TargetMap{.n_targets = 0}},
      {"values that do not fill rows",
       TargetMap{.n_targets = 2, .values = {1}, .unseen = {0, 0}, .missing = {0, 0}}},
      {"no value for unseen", TargetMap{.n_targets = 1, .missing = {0}}},
      {"counts for other levels",
       TargetMap{.values = {1, 2}, .unseen = {0}, .missing = {0}, .log_counts = {1}}},
      {"a mean that is NaN", TargetMap{.values = {kNanF}, .unseen = {0}, .missing = {0}}},
      {"a code that floats cannot tell apart", CategoryCode{{1U << 24}}},
      {"edges that descend", QuantileBins{.edges = {2, 1}}},
      {"equal edges", QuantileBins{.edges = {1, 1}}},
      {"an infinite edge", QuantileBins{.edges = {INFINITY}}},
      {"period 0", Cyclic{0}},
      {"negative period", Cyclic{-1}},
  };
}

struct Moment {
  double seconds;
  CellSource source;
  double expected;
};

constexpr Moment kMoments[] = {
    {0, CellSource::year, 1970},
    {0, CellSource::weekday, 3},  // a Thursday
    {-1, CellSource::year, 1969},
    {-1, CellSource::hour, 23 + 3599.0 / 3600},
    {-1, CellSource::day_of_year, 364},
    {1709164800, CellSource::month, 2},  // 29 February 2024
    {1709164800, CellSource::day, 29},
    {1709164800, CellSource::day_of_year, 59},
    {1709164800 + 45000, CellSource::hour, 12.5},
    {1735603200, CellSource::day_of_year, 365},  // 31 December 2024
    {86400 * 3.5, CellSource::elapsed_days, 2.5},
    {1e300, CellSource::year, kNan},
    {-1e300, CellSource::weekday, kNan},
    {kNan, CellSource::hour, kNan},
    {kNan, CellSource::elapsed_days, kNan},
    {-7, CellSource::cell, -7},
};

}  // namespace

TEST_SUITE("model/encoder") {
  TEST_CASE("each step makes its inputs of a cell") {
    for (const Row& row : rows()) {
      CAPTURE(row.name);
      CHECK(same(encode_one(row.encoding, row.cell), row.expected));
    }
  }

  TEST_CASE("malformed encodings are refused with a sentence") {
    for (const BadEncoding& bad : bad_encodings()) {
      CAPTURE(bad.name);
      try {
        const Encoder encoder({{.step = bad.step}}, 1);
        CHECK_MESSAGE(false, "accepted");
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::invalid_argument);
        CHECK(error.code() == "model.bad_encoding");
      }
    }
    CHECK_THROWS_AS(Encoder({{.feature = 3}}, 3), Error);
  }

  TEST_CASE("parts of a moment are those of the UTC calendar") {
    for (const Moment& moment : kMoments) {
      CAPTURE(moment.seconds);
      CAPTURE(to_string(moment.source));
      const double part = calendar_part(moment.seconds, moment.source, 86400);
      CHECK((part == moment.expected || (std::isnan(part) && std::isnan(moment.expected))));
    }
  }

  TEST_CASE("inputs stand in the encodings' order and know their feature") {
    const Encoder encoder({{.feature = 2, .step = kBins},
                           {.feature = 0},
                           {.feature = 2, .source = CellSource::month},
                           {.feature = 1, .step = kMap}},
                          3);
    CHECK(encoder.n_inputs() == 5 + 1 + 1 + 3);
    CHECK(encoder.feature_of_input() == std::vector<std::uint32_t>{2, 2, 2, 2, 2, 0, 2, 1, 1, 1});
    data::ConformedRows rows{.n_rows = 2, .n_features = 3, .cells = {1, 0, 3, 2, 1, kNan}};
    const std::vector<float> inputs = encoder.encode(rows);
    CHECK(same(inputs, {0, 0, 1, 0, 0, 1, 1,     1, 2, 0.5F,  //
                        0, 0, 0, 0, 1, 2, kNanF, 3, 4, 0.25F}));
  }

  TEST_CASE("inputs have names a person can read") {
    data::Schema schema;
    schema.columns = {{.name = "id", .role = data::ColumnRole::ignored},
                      {.name = "age"},
                      {.name = "plan",
                       .kind = data::ColumnKind::category,
                       .categories = {"basic", "plus", "rare", "pro"}},
                      {.name = "signup", .kind = data::ColumnKind::datetime}};
    const Encoder encoder({{.feature = 0, .step = kStandard},
                           {.feature = 1, .step = kOneHot},
                           {.feature = 1, .step = kMap},
                           {.feature = 2, .source = CellSource::weekday},
                           {.feature = 2, .source = CellSource::hour, .step = Cyclic{24}},
                           {.feature = 0, .step = QuantileBins{.edges = {31.5}}}},
                          3);
    CHECK(input_names(encoder, schema) ==
          std::vector<std::string>{"age", "age=(missing)", "plan=basic", "plan=plus", "plan=pro",
                                   "plan=(other)", "plan=(missing)", "plan~mean[0]", "plan~mean[1]",
                                   "plan~count", "signup.weekday", "signup.hour~sin",
                                   "signup.hour~cos", "age<=31.5", "age>31.5"});
  }
}

}  // namespace mlops::model
