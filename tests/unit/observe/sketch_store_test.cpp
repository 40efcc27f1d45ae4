// Stored sketches are what a count of the whole log gives, whatever happened to the store.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/file.hpp"
#include "observe/prediction_log.hpp"
#include "unit/observe/same_sketches.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

constexpr SqliteOpen kWrite = SqliteOpen::read_write_create;

/// Does at random what servers, people and cron do to a store.
class Operator {
 public:
  Operator(std::filesystem::path path, std::uint64_t seed) : path_(std::move(path)), random_(seed) {
    second_version_.version = 2;
    reopen();
  }

  void act() {
    switch (random_.below(11)) {
      case 0:
        keep_sketches(*store_, random_.below(2) == 0 ? version_ : second_version_);
        break;
      case 1:
        reopen();
        break;
      case 2:
        write_beside();
        break;
      case 3:
        fail();
        break;
      case 4:
      case 5:
        label();
        break;
      case 6:
        score_late();
        break;
      default:
        append(*store_);
    }
  }

 private:
  void reopen() {
    store_.reset();
    store_ = std::make_unique<ObservationStore>(path_, kWrite, LogSync::off);
  }

  /// 1 to 3 blocks, now and then large, out of order, with gaps, or scores in the shadow.
  void append(ObservationStore& store) {
    std::vector<PredictionBlock> blocks;
    for (std::size_t i = 1 + random_.below(3); i > 0; --i) blocks.push_back(draw(store));
    std::reverse(blocks.begin(), blocks.end());
    if (random_.below(3) == 0) {
      PredictionBlock shadow = blocks.front();
      shadow.role = Role::shadow;
      shadow.version = 3 - shadow.version;
      blocks.push_back(std::move(shadow));
    }
    store.append(blocks);
  }

  PredictionBlock draw(ObservationStore& store) {
    hour_ += 0.05;
    const std::size_t n = random_.below(4) == 0 ? 3000 : 1 + random_.below(40);
    const auto ids = store.reserve_ids(n + 2, after(hour_));
    Delivery delivery = draw_delivery(random_, {}, ids.front(), n, after(hour_));
    if (n > 5 && random_.below(3) == 0)
      for (std::size_t row = n / 2; row < n; ++row) ++delivery.block.ids[row];
    delivery.block.version = 1 + static_cast<std::uint32_t>(random_.below(2));
    delivery.block.rows.issues.push_back({.row = n - 1,
                                          .feature = 0,
                                          .code = data::CellIssueCode::out_of_range,
                                          .column = "tenure",
                                          .value = ""});
    for (std::size_t row = 0; row < std::min<std::size_t>(n, 20); ++row)
      known_.push_back({format_prediction_id(delivery.block.ids[row]), "Yes"});
    return delivery.block;
  }

  void label() {
    std::vector<Feedback> items;
    for (std::size_t i = random_.below(30); i > 0 && !known_.empty(); --i) {
      Feedback item = known_[random_.below(known_.size())];
      item.actual = random_.below(2) == 0 ? "Yes" : random_.below(2) == 0 ? "No" : "Perhaps";
      items.push_back(std::move(item));
    }
    store_->record_feedback(items, after(hour_ + random_.uniform()));
  }

  /// The shadow's scores come after the truth.
  void score_late() {
    PredictionBlock block = draw(*store_);
    store_->append({block});
    std::vector<Feedback> items;
    for (std::size_t row = 0; row < block.ids.size(); row += 3)
      items.push_back({format_prediction_id(block.ids[row]), random_.below(2) == 0 ? "Yes" : "No"});
    store_->record_feedback(items, after(hour_ + random_.uniform()));
    block.role = Role::shadow;
    block.version = 3 - block.version;
    store_->append({block});
  }

  /// Another process.
  void write_beside() {
    ObservationStore other(path_, kWrite, LogSync::off);
    append(other);
    if (random_.below(2) == 0) keep_sketches(other, version_);
  }

  /// A transaction that breaks in the middle: ids that are there already.
  void fail() {
    append(*store_);
    PredictionBlock good = draw(*store_);
    PredictionBlock bad = good;
    CHECK_THROWS_AS(store_->append({good, bad}), Error);
  }

  std::filesystem::path path_;
  Random random_;
  WatchedVersion version_ = churn_version();
  WatchedVersion second_version_ = churn_version();
  std::unique_ptr<ObservationStore> store_;
  std::vector<Feedback> known_;
  double hour_ = 0;
};

/// Appends until it is killed.
[[noreturn]] void append_forever(const std::filesystem::path& path, std::uint64_t seed) {
  {
    ObservationStore store(path, kWrite, LogSync::off);
    keep_sketches(store, churn_version());
  }
  const SystemClock clock;
  PredictionLog log(path, LogSync::off, clock, null_log_sink());
  Random random(seed);
  for (;;) {
    const std::size_t n = 200 + random.below(800);
    const auto ids = log.reserve_ids(n);
    Delivery delivery = draw_delivery(random, {}, ids.front(), n, clock.now());
    log.append(std::move(delivery.block), {});
    if (random.below(4) == 0) {
      delivery.feedback.resize(std::min<std::size_t>(n, 20));
      log.record_feedback(delivery.feedback);
    }
  }
}

}  // namespace

TEST_SUITE("observe/sketch_store") {
  TEST_CASE("stored sketches and the log's tail are the count of the log, whatever happens") {
    const SketchLayout layout = layout_of(churn_version());
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      CAPTURE(seed);
      const TempDirectory directory;
      const auto path = directory.path() / "o.sqlite";
      Operator people(path, seed);
      for (int step = 1; step <= 60; ++step) {
        CAPTURE(step);
        people.act();
        if (step % 15 == 0) check_store(path, layout);
      }
    }
  }

  TEST_CASE("a writer that is killed leaves sketches that are the count of the log") {
    const SketchLayout layout = layout_of(churn_version());
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    for (std::uint64_t round = 1; round <= 4; ++round) {
      CAPTURE(round);
      const pid_t child = fork();
      REQUIRE(child >= 0);
      if (child == 0) append_forever(path, round);
      // Not a moment that is waited for: whenever it is killed, the rule holds.
      std::this_thread::sleep_for(std::chrono::milliseconds(100 + 130 * round));
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
      check_store(path, layout);
    }
  }

  TEST_CASE("what is not in the stored sketches stays small, so that a look takes constant time") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    ObservationStore store(path, kWrite, LogSync::off);
    keep_sketches(store, churn_version());
    Random random(3);
    for (int block = 0; block < 50; ++block) {
      const Timestamp time = after(0.1 * block);
      store.append({draw_delivery(random, {}, store.reserve_ids(1000, time)[0], 1000, time).block});
    }
    CHECK(count_of(path,
                   "SELECT sum(n_rows) FROM block WHERE first_id >= "
                   "(SELECT counted_to FROM sketch_progress)") < 8192 + 1000);
    CHECK(count_of(path, "SELECT count(*) FROM sketch WHERE kind = 0") >= 4);
    check_store(path, layout_of(churn_version()));
  }

  TEST_CASE("counting again gives the same, and mends sketches that are wrong") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion version = churn_version();
    ObservationStore store(path, kWrite, LogSync::off);
    Random random(4);
    for (int block = 0; block < 12; ++block) {
      const Timestamp time = after(0.5 * block);
      Delivery delivery = draw_delivery(random, {}, store.reserve_ids(1000, time)[0], 1000, time);
      store.append({delivery.block});
      store.record_feedback(delivery.feedback, after(0.5 * block + 0.3));
      if (block == 3) keep_sketches(store, version);
    }
    check_store(path, layout_of(version));
    SqliteDatabase(path, kWrite).execute("DELETE FROM sketch WHERE kind <> 2");
    const SketchLayout layout = layout_of(version);
    CHECK(both_of(path, layout, 1).stored.outcomes.empty());
    keep_sketches(store, version, Recount::yes);
    check_store(path, layout);
  }

  TEST_CASE("a store of format 1 is brought up to date without losing anything") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    {
      ObservationStore store(path, kWrite, LogSync::off);
      Random random(5);
      Delivery delivery = draw_delivery(random, {}, 10, 500, after(1));
      store.append({delivery.block});
      store.record_feedback(delivery.feedback, after(2));
    }
    SqliteDatabase(path, kWrite)
        .execute("DROP TABLE sketch; DROP TABLE sketch_progress; PRAGMA user_version = 1");
    const SketchLayout layout = layout_of(churn_version());
    CHECK(both_of(path, layout, 1).stored.traffic.at(hour_of(after(1))).n_rows == 500);
    {
      ObservationStore store(path, kWrite, LogSync::off);
      CHECK(count_of(path, "SELECT first_id FROM sketch_progress") == 10);
      keep_sketches(store, churn_version());
      CHECK(count_of(path, "SELECT counted_to FROM sketch_progress") == 11);
    }
    check_store(path, layout);
  }

  TEST_CASE("retention deletes the old part of the log and keeps its sketches") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion version = churn_version();
    ObservationStore store(path, kWrite, LogSync::off);
    keep_sketches(store, version);
    Random random(6);
    for (int hour = 0; hour < 72; ++hour) {
      const Timestamp time = after(hour + 0.2);
      Delivery delivery = draw_delivery(random, {}, store.reserve_ids(50, time)[0], 50, time);
      store.append({delivery.block});
      store.record_feedback(delivery.feedback, after(hour + 0.4));
    }
    const SketchLayout layout = layout_of(version);
    const VersionHours before = both_of(path, layout, 1).stored;
    CHECK(apply_retention(store, {.age_micros = kMicrosPerDay}, after(71.9)) == 47 * 50);
    CHECK(store.n_predictions() == 25 * 50);
    CHECK(store.n_labelled() == 25 * 50);
    CHECK(apply_retention(store, {.age_micros = kMicrosPerDay}, after(71.9)) == 0);
    const VersionHours stored = both_of(path, layout, 1).stored;
    check_same(before.traffic, stored.traffic);
    check_same(before.outcomes, stored.outcomes);
    keep_sketches(store, version, Recount::yes);
    check_same(before.traffic, both_of(path, layout, 1).stored.traffic);
    check_same(before.outcomes, both_of(path, layout, 1).stored.outcomes);
    // By size: everything but the open hour has to go.
    CHECK(apply_retention(store, {.size_bytes = 1}, after(71.9)) == 24 * 50);
    CHECK(store.n_predictions() == 50);
    check_same(before.traffic, both_of(path, layout, 1).stored.traffic);
  }
}
