#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "observe/prediction_id.hpp"
#include "observe/store.hpp"
#include "observe/truth.hpp"
#include "unit/observe/synthetic.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

/// A store with three binary answers (ids 11 to 13, client ids "a", none, "c").
struct Fixture {
  TempDirectory directory;
  ObservationStore store{directory.path() / "o.sqlite", SqliteOpen::read_write_create,
                         LogSync::off};
  Fixture() {
    auto block = binary_block(ids_from(11, 3), {{1, 0}, {2, 1}, {3, 0}}, {0.1, 0.7, 0.9}, after(1));
    block.client_ids = {"a", "", "c"};
    store.append({block});
  }
};

std::string id(std::int64_t number) {
  return format_prediction_id(number);
}

void check_counts(const FeedbackResult& result, std::uint64_t accepted, std::uint64_t duplicate,
                  std::uint64_t corrected, std::uint64_t unknown) {
  CHECK(result.accepted == accepted);
  CHECK(result.duplicate == duplicate);
  CHECK(result.corrected == corrected);
  CHECK(result.unknown == unknown);
}

}  // namespace

TEST_SUITE("observe/feedback") {
  TEST_CASE("truth is joined by our id and by the client's own") {
    Fixture f;
    check_counts(
        f.store.record_feedback(
            {{id(12), "Yes"}, {"a", "No"}, {"b", "No"}, {"", "No"}, {id(99), "Yes"}}, after(2)),
        2, 0, 0, 3);
    const auto rows = f.store.labelled({}, 0);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].id == 11);
    CHECK(rows[0].actual == "No");
    CHECK(rows[0].label == 0);
    CHECK(rows[0].time == after(1));
    CHECK(rows[0].labelled_at == after(2));
    CHECK(rows[0].cells == std::vector<double>{1, 0});
    CHECK(rows[1].id == 12);
    CHECK(rows[1].label == 1);
    CHECK(rows[1].outputs == std::vector<double>{1 - 0.7, 0.7});
    CHECK(f.store.n_labelled() == 2);
    CHECK(f.store.n_labelled(after(3)) == 0);
  }

  TEST_CASE("the same truth again changes nothing, another one corrects") {
    Fixture f;
    check_counts(f.store.record_feedback({{"a", "No"}, {"a", "No"}, {id(11), "Yes"}}, after(2)), 1,
                 1, 1, 0);
    check_counts(f.store.record_feedback({{"a", "Yes"}}, after(3)), 0, 1, 0, 0);
    check_counts(f.store.record_feedback({{"a", "No"}}, after(4)), 0, 0, 1, 0);
    const auto rows = f.store.labelled({}, 0);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].actual == "No");
    CHECK(rows[0].labelled_at == after(2));
    SqliteDatabase raw(f.directory.path() / "o.sqlite", SqliteOpen::read_only);
    SqliteStatement history = raw.prepare("SELECT actual, time FROM label_history ORDER BY time");
    REQUIRE(history.step());
    CHECK(history.text(0) == "No");
    CHECK(history.integer(1) == after(2).micros);
    REQUIRE(history.step());
    CHECK(history.text(0) == "Yes");
    CHECK(history.integer(1) == after(4).micros);
    CHECK_FALSE(history.step());
  }

  TEST_CASE("numbers compare as numbers, labels as text") {
    Fixture f;
    f.store.append({number_block(ids_from(50, 1), {1})});
    check_counts(
        f.store.record_feedback(
            {{id(50), "2.50"}, {id(50), "2.5"}, {id(50), " 25e-1 "}, {id(50), "2.6"}}, after(2)),
        1, 2, 1, 0);
    check_counts(f.store.record_feedback({{"a", "1"}, {"a", "1.0"}}, after(2)), 1, 0, 1, 0);
  }

  TEST_CASE("truth that cannot be one is refused and nothing is kept") {
    Fixture f;
    f.store.append({number_block(ids_from(50, 1), {1})});
    for (const char* actual : {"", "12,5", "n/a", "nan", "inf"}) {
      CAPTURE(actual);
      CHECK_THROWS_AS(f.store.record_feedback({{"a", "No"}, {id(50), actual}}, after(2)), Error);
      CHECK(f.store.n_labelled() == 0);
    }
    CHECK_THROWS_AS(f.store.record_feedback({{"a", ""}}, after(2)), Error);
  }

  TEST_CASE("a client id given twice means the newest prediction") {
    Fixture f;
    auto again = binary_block(ids_from(30, 1), {{9, 1}}, {0.4}, after(5));
    again.client_ids = {"a"};
    f.store.append({again});
    f.store.record_feedback({{"a", "No"}}, after(6));
    REQUIRE(f.store.labelled({}, 0).size() == 1);
    CHECK(f.store.labelled({}, 0)[0].id == 30);
  }

  TEST_CASE("one truth serves the answer and the shadow's score of the same row") {
    Fixture f;
    auto shadow =
        binary_block(ids_from(11, 3), {{1, 0}, {2, 1}, {3, 0}}, {0.8, 0.8, 0.8}, after(1));
    shadow.version = 2;
    shadow.role = Role::shadow;
    f.store.append({shadow});
    f.store.record_feedback({{"a", "Yes"}}, after(2));
    REQUIRE(f.store.labelled({}, 0).size() == 1);
    CHECK(f.store.labelled({}, 0)[0].version == 1);
    CHECK(f.store.labelled({}, 0)[0].label == 0);
    REQUIRE(f.store.labelled({}, 2).size() == 1);
    CHECK(f.store.labelled({}, 2)[0].label == 1);
    CHECK(f.store.labelled({}, 3).empty());
    CHECK(f.store.n_predictions() == 3);
    std::size_t n_shadow_blocks = 0;
    f.store.for_each_block({}, 2, [&n_shadow_blocks](const PredictionBlock& block) {
      ++n_shadow_blocks;
      CHECK(block.role == Role::shadow);
      CHECK(block.ids == ids_from(11, 3));
    });
    CHECK(n_shadow_blocks == 1);
  }

  TEST_CASE("a truth names a class by its text or its number") {
    const std::vector<std::string> words = {"No", "Yes"};
    const std::vector<std::string> numbers = {"1", "2", "10"};
    CHECK(class_of_truth(words, "Yes") == 1u);
    CHECK_FALSE(class_of_truth(words, "yes"));
    CHECK_FALSE(class_of_truth(words, "1"));
    CHECK(class_of_truth(numbers, "10") == 2u);
    CHECK(class_of_truth(numbers, "2.0") == 1u);
    CHECK_FALSE(class_of_truth(numbers, "3"));
  }
}
