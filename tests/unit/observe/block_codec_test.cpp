#include "observe/block_codec.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "unit/observe/synthetic.hpp"

using namespace mlops;
using namespace mlops::observe;
using mlops::test::binary_block;
using mlops::test::ids_from;
using mlops::test::number_block;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

PredictionBlock round_trip(const PredictionBlock& block) {
  ByteWriter writer;
  encode_block(block, 0, block.ids.size(), writer);
  return decode_block(writer.bytes());
}

std::size_t encoded_size(const PredictionBlock& block) {
  ByteWriter writer;
  encode_block(block, 0, block.ids.size(), writer);
  return writer.bytes().size();
}

/// Equal to the last bit, except that any NaN equals any other.
void check_same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    if (std::isnan(a[i]))
      CHECK(std::isnan(b[i]));
    else
      CHECK(std::bit_cast<std::uint64_t>(a[i]) == std::bit_cast<std::uint64_t>(b[i]));
  }
}

}  // namespace

TEST_SUITE("observe/block_codec") {
  TEST_CASE("cells and outputs come back to the last bit") {
    const std::vector<double> kCells[] = {
        {1.0, -2.5, 0.0},
        {0.1, 1e300, -1e-300},
        {kNan, -0.0, 29.85},
        {16777217.0, std::numeric_limits<double>::denorm_min(), 1.0 / 3},
        {std::numeric_limits<double>::max(), static_cast<double>(0.1f), kNan}};
    for (const auto& cells : kCells) {
      CAPTURE(cells[0]);
      const PredictionBlock block = number_block(ids_from(10, 3), cells);
      const PredictionBlock back = round_trip(block);
      check_same_numbers(back.rows.cells, block.rows.cells);
      check_same_numbers(back.predictions.values, block.predictions.values);
      check_same_numbers(back.predictions.lower, block.predictions.lower);
      check_same_numbers(back.predictions.upper, block.predictions.upper);
      CHECK(back.rows.n_features == 1);
      CHECK(back.latency_us == block.latency_us);
    }
  }

  TEST_CASE("cells that are exactly 32-bit floats take half the room") {
    const auto narrow = number_block(ids_from(1, 100), std::vector<double>(100, 0.5));
    const auto wide = number_block(ids_from(1, 100), std::vector<double>(100, 0.1));
    CHECK(encoded_size(wide) - encoded_size(narrow) == 100 * 4 * (1 + 3));
  }

  TEST_CASE("labels, client ids and issues come back") {
    PredictionBlock block =
        binary_block(ids_from(5, 3), {{1.5, 0}, {kNan, -1}, {99, 1}}, {0.1, 0.7, 0.5});
    block.client_ids = {"order-1", "", "order-3"};
    block.rows.issues = {{1, 1, data::CellIssueCode::unseen_category, "plan", "gold"},
                         {2, SIZE_MAX, data::CellIssueCode::unknown_column, "colour", "red"}};
    const PredictionBlock back = round_trip(block);
    CHECK(back.predictions.labels == std::vector<std::uint32_t>{0, 1, 1});
    CHECK(back.predictions.task == data::Task::binary);
    CHECK(back.predictions.n_classes == 2);
    check_same_numbers(back.predictions.probabilities, block.predictions.probabilities);
    CHECK(back.client_ids == block.client_ids);
    REQUIRE(back.rows.issues.size() == 2);
    CHECK(back.rows.issues[0].row == 1);
    CHECK(back.rows.issues[0].feature == 1);
    CHECK(back.rows.issues[0].code == data::CellIssueCode::unseen_category);
    CHECK(back.rows.issues[0].value == "gold");
    CHECK(back.rows.issues[1].feature == SIZE_MAX);
    CHECK(back.rows.issues[1].column == "colour");
  }

  TEST_CASE("a part of the rows is encoded as a block of its own") {
    PredictionBlock block = binary_block({5, 6, 9}, {{1, 0}, {2, 1}, {3, 0}}, {0.1, 0.7, 0.5});
    block.client_ids = {"a", "b", "c"};
    block.rows.issues = {{0, 0, data::CellIssueCode::out_of_range, "x", "1"},
                         {2, 0, data::CellIssueCode::out_of_range, "x", "3"}};
    ByteWriter writer;
    encode_block(block, 2, 3, writer);
    const PredictionBlock back = decode_block(writer.bytes());
    CHECK(back.rows.n_rows == 1);
    CHECK(back.rows.cells == std::vector<double>{3, 0});
    CHECK(back.predictions.labels == std::vector<std::uint32_t>{1});
    CHECK(back.client_ids == std::vector<std::string>{"c"});
    REQUIRE(back.rows.issues.size() == 1);
    CHECK(back.rows.issues[0].row == 0);
    CHECK(back.rows.issues[0].value == "3");
  }

  TEST_CASE("one row is read without the others") {
    const auto block = binary_block(ids_from(5, 3), {{1.5, 0}, {0.1, 1}, {99, 1}}, {0.1, 0.7, 0.5});
    ByteWriter writer;
    encode_block(block, 0, 3, writer);
    const EncodedRow row = decode_row(writer.bytes(), 1);
    CHECK(row.task == data::Task::binary);
    CHECK(row.label == 1);
    CHECK(row.cells == std::vector<double>{0.1, 1});
    CHECK(row.outputs == std::vector<double>{1 - 0.7, 0.7});
    CHECK_THROWS_AS(static_cast<void>(decode_row(writer.bytes(), 3)), Error);
  }

  TEST_CASE("damaged bytes are corrupt, never a crash") {
    PredictionBlock block =
        binary_block(ids_from(5, 3), {{1.5, 0}, {kNan, -1}, {99, 1}}, {0.1, 0.7, 0.5});
    block.client_ids = {"order-1", "", "order-3"};
    block.rows.issues = {{1, 1, data::CellIssueCode::unseen_category, "plan", "gold"}};
    ByteWriter writer;
    encode_block(block, 0, 3, writer);
    const std::vector<std::byte> good(writer.bytes().begin(), writer.bytes().end());
    for (std::size_t length = 0; length < good.size(); ++length) {
      CAPTURE(length);
      CHECK_THROWS_AS(static_cast<void>(decode_block(std::span(good).first(length))), Error);
    }
    Random random(3);
    for (int i = 0; i < 5000; ++i) {
      auto bytes = good;
      bytes[random.below(bytes.size())] = static_cast<std::byte>(random.next());
      try {
        static_cast<void>(decode_block(bytes));
        static_cast<void>(decode_row(bytes, 2));
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::corrupt);
      }
    }
  }

  TEST_CASE("a block whose parts disagree is refused before it is written") {
    const auto good = binary_block(ids_from(5, 2), {{1, 0}, {2, 1}}, {0.1, 0.7});
    CHECK_NOTHROW(check_block(good));
    auto no_rows = good;
    no_rows.ids.clear();
    auto few_cells = good;
    few_cells.rows.cells.pop_back();
    auto few_labels = good;
    few_labels.predictions.labels.pop_back();
    auto few_client_ids = good;
    few_client_ids.client_ids = {"x"};
    auto unordered = good;
    unordered.ids = {6, 5};
    auto repeated = good;
    repeated.ids = {5, 5};
    auto few_values = number_block(ids_from(5, 2), {1, 2});
    few_values.predictions.lower.pop_back();
    for (const auto& bad :
         {no_rows, few_cells, few_labels, few_client_ids, unordered, repeated, few_values})
      CHECK_THROWS_AS(check_block(bad), Error);
  }
}
