#include "observe/store.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "observe/prediction_id.hpp"
#include "unit/observe/synthetic.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

constexpr auto kWrite = SqliteOpen::read_write_create;
constexpr auto kRead = SqliteOpen::read_only;

std::vector<PredictionBlock> blocks_of(const ObservationStore& store, Timestamp since,
                                       std::uint32_t version) {
  std::vector<PredictionBlock> blocks;
  store.for_each_block(since, version,
                       [&blocks](const PredictionBlock& block) { blocks.push_back(block); });
  return blocks;
}

struct TempStore {
  TempDirectory directory;
  std::filesystem::path path = directory.path() / "observations.sqlite";
};

}  // namespace

TEST_SUITE("observe/store") {
  TEST_CASE("what was appended comes back, oldest first") {
    TempStore temp;
    ObservationStore store(temp.path, kWrite, LogSync::off);
    auto second = binary_block(ids_from(200, 2), {{3, 0}, {4, 1}}, {0.2, 0.9}, after(2));
    second.client_ids = {"a", "b"};
    second.role = Role::challenger;
    second.version = 2;
    store.append({second, binary_block(ids_from(100, 1), {{0.1, 1}}, {0.6}, after(1))});
    const auto blocks = blocks_of(store, {}, 0);
    REQUIRE(blocks.size() == 2);
    CHECK(blocks[0].ids == ids_from(100, 1));
    CHECK(blocks[0].time == after(1));
    CHECK(blocks[0].rows.cells == std::vector<double>{0.1, 1});
    CHECK(blocks[1].ids == second.ids);
    CHECK(blocks[1].role == Role::challenger);
    CHECK(blocks[1].version == 2);
    CHECK(blocks[1].client_ids == second.client_ids);
    CHECK(blocks[1].predictions.probabilities == second.predictions.probabilities);
    CHECK(blocks[1].latency_us == 250);
    CHECK(store.n_predictions() == 3);
    CHECK(store.n_predictions(after(2)) == 2);
    CHECK(blocks_of(store, after(1.5), 0).size() == 1);
    CHECK(blocks_of(store, {}, 1).size() == 1);
    CHECK(blocks_of(store, {}, 3).empty());
  }

  TEST_CASE("versions with other columns and classes live side by side") {
    TempStore temp;
    ObservationStore store(temp.path, kWrite, LogSync::off);
    store.append({binary_block(ids_from(1, 1), {{0.1, 1}}, {0.6}),
                  number_block(ids_from(2, 2), {5, 6}, kStart, 2)});
    const auto blocks = blocks_of(store, {}, 0);
    REQUIRE(blocks.size() == 2);
    CHECK(blocks[0].rows.n_features == 2);
    CHECK(blocks[1].rows.n_features == 1);
    CHECK(blocks[1].predictions.values == std::vector<double>{10, 12});
  }

  TEST_CASE("ids with gaps are kept as runs without") {
    TempStore temp;
    ObservationStore store(temp.path, kWrite, LogSync::off);
    store.append({binary_block({1, 2, 7}, {{1, 0}, {2, 0}, {3, 1}}, {0.1, 0.2, 0.9}),
                  binary_block({4}, {{9, 0}}, {0.3})});
    const auto blocks = blocks_of(store, {}, 0);
    REQUIRE(blocks.size() == 3);
    CHECK(blocks[1].ids == ids_from(4, 1));
    CHECK(blocks[2].ids == ids_from(7, 1));
    CHECK(blocks[2].rows.cells == std::vector<double>{3, 1});
    CHECK(store.record_feedback({{format_prediction_id(7), "Yes"}}, after(1)).accepted == 1);
  }

  TEST_CASE("ids go on after a restart, also when the clock went backwards") {
    TempStore temp;
    std::int64_t last = 0;
    {
      ObservationStore store(temp.path, kWrite, LogSync::off);
      const auto ids = store.reserve_ids(3, kStart);
      CHECK(ids == ids_from(kStart.micros << 10, 3));
      CHECK(store.reserve_ids(1, kStart).front() == ids.back() + 1);
      store.append({number_block(ids, {1, 2, 3})});
      last = ids.back();
    }
    ObservationStore store(temp.path, kWrite, LogSync::off);
    CHECK(store.reserve_ids(1, {}).front() == last + 1);
    CHECK(store.reserve_ids(1, after(1)).front() == after(1).micros << 10);
  }

  TEST_CASE("an absent store reads as empty and is not created") {
    TempStore temp;
    const ObservationStore store(temp.path, kRead, LogSync::full);
    CHECK(store.n_predictions() == 0);
    CHECK(store.n_labelled() == 0);
    CHECK(store.labelled({}, 0).empty());
    CHECK(blocks_of(store, {}, 0).empty());
    CHECK_FALSE(std::filesystem::exists(temp.path));
  }

  TEST_CASE("a reader sees what a writer commits while both are open") {
    TempStore temp;
    ObservationStore writer(temp.path, kWrite, LogSync::full);
    const ObservationStore reader(temp.path, kRead, LogSync::full);
    CHECK(reader.n_predictions() == 0);
    writer.append({number_block(ids_from(1, 2), {1, 2})});
    CHECK(reader.n_predictions() == 2);
    CHECK(blocks_of(reader, {}, 0).size() == 1);
  }

  TEST_CASE("a store that was closed is one file") {
    TempStore temp;
    {
      ObservationStore store(temp.path, kWrite, LogSync::full);
      store.append({number_block(ids_from(1, 2), {1, 2})});
    }
    CHECK(std::filesystem::exists(temp.path));
    CHECK_FALSE(std::filesystem::exists(temp.path.string() + "-wal"));
  }

  TEST_CASE("a block that cannot be written leaves none of its group") {
    TempStore temp;
    ObservationStore store(temp.path, kWrite, LogSync::off);
    store.append({number_block(ids_from(5, 1), {1})});
    CHECK_THROWS_AS(
        store.append({number_block(ids_from(9, 1), {1}), number_block(ids_from(5, 1), {2})}),
        Error);
    CHECK(store.n_predictions() == 1);
    store.append({number_block(ids_from(9, 1), {1})});
    CHECK(store.n_predictions() == 2);
  }

  TEST_CASE("a file that is no store is refused") {
    TempStore temp;
    std::ofstream(temp.path) << std::string(10000, 'x');
    for (const SqliteOpen mode : {kRead, kWrite}) {
      try {
        const ObservationStore store(temp.path, mode, LogSync::full);
        CHECK_MESSAGE(false, "opened");
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::corrupt);
      }
    }
  }

  TEST_CASE("another program's database and a newer format are refused") {
    TempStore temp;
    {
      SqliteDatabase other(temp.path, kWrite);
      other.execute("CREATE TABLE t (x)");
    }
    CHECK_THROWS_AS(ObservationStore(temp.path, kWrite, LogSync::full), Error);
    std::filesystem::remove(temp.path);
    { const ObservationStore created(temp.path, kWrite, LogSync::full); }
    {
      SqliteDatabase database(temp.path, kWrite);
      database.execute("PRAGMA user_version = 99");
    }
    for (const SqliteOpen mode : {kRead, kWrite}) {
      try {
        const ObservationStore store(temp.path, mode, LogSync::full);
        CHECK_MESSAGE(false, "opened");
      } catch (const Error& error) {
        CHECK(error.code() == "store.newer_format");
        CHECK(error.hint() == "install a newer mlops");
      }
    }
  }

  TEST_CASE("roles and log modes have names") {
    CHECK(to_string(Role::champion) == "champion");
    CHECK(to_string(Role::challenger) == "challenger");
    CHECK(to_string(Role::shadow) == "shadow");
    CHECK(parse_log_sync("full") == LogSync::full);
    CHECK(parse_log_sync("normal") == LogSync::normal);
    CHECK(parse_log_sync("off") == LogSync::off);
    CHECK_FALSE(parse_log_sync("FULL"));
    CHECK_FALSE(parse_log_sync(""));
  }
}
