// Long work on a store is done in short transactions: between two of them others write, and at
// every such moment the store is right.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <functional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "observe/prediction_log.hpp"
#include "unit/observe/same_sketches.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

constexpr SqliteOpen kWrite = SqliteOpen::read_write_create;

std::string label_of(std::uint64_t n) {
  return n % 3 == 0 ? "Yes" : "No";
}

/// The server: predictions, shadow scores of them, and truth, through a connection of its own.
class Server {
 public:
  explicit Server(const std::filesystem::path& path) : store_(path, kWrite, LogSync::off) {}

  /// Answers of version 1 with shadow scores of version 2, and truth for every row.
  void append(std::size_t n) {
    hour_ += 0.11;
    Delivery delivery =
        draw_delivery(random_, {}, store_.reserve_ids(n, after(hour_))[0], n, after(hour_));
    PredictionBlock shadow = delivery.block;
    shadow.role = Role::shadow;
    shadow.version = 2;
    const bool late = random_.below(2) == 0;
    store_.append({delivery.block});
    if (!late) store_.append({shadow});
    if (n > 100) delivery.feedback.resize(n / 4);
    store_.record_feedback(delivery.feedback, after(hour_ + 0.5));
    if (late) store_.append({shadow});
    known_.insert(known_.end(), delivery.feedback.begin(), delivery.feedback.end());
  }

  /// Other truths for predictions of any age.
  void correct(std::size_t n) {
    std::vector<Feedback> items;
    for (std::size_t i = 0; i < n; ++i)
      items.push_back({known_[random_.below(known_.size())].id, label_of(random_.next())});
    store_.record_feedback(items, after(hour_ + 1));
  }

  /// Answers whose scores in the shadow come with `append_late_score`.
  void append_unscored(std::size_t n, double hours = 0.11) {
    hour_ += hours;
    Delivery delivery =
        draw_delivery(random_, {}, store_.reserve_ids(n, after(hour_))[0], n, after(hour_));
    store_.append({delivery.block});
    delivery.block.role = Role::shadow;
    delivery.block.version = 2;
    unscored_.push_back(delivery.block);
  }

  /// The latest of them; false when there is none left.
  bool append_late_score() {
    if (unscored_.empty()) return false;
    store_.append({unscored_.back()});
    unscored_.pop_back();
    return true;
  }

  [[nodiscard]] double hour() const { return hour_; }

 private:
  ObservationStore store_;
  Random random_{7};
  std::vector<PredictionBlock> unscored_;
  double hour_ = 0;
  std::vector<Feedback> known_;
};

/// The one that `Server` scores in the shadow.
WatchedVersion shadow_version() {
  WatchedVersion version = churn_version();
  version.version = 2;
  return version;
}

/// How far a version is counted.
struct Counted {
  std::int64_t n_rows = 0;
  std::int64_t n_labels = 0;
};

Counted counted_of(const std::filesystem::path& path) {
  return {count_of(path,
                   "SELECT sum(n_rows) FROM block WHERE first_id < "
                   "(SELECT counted_to FROM sketch_progress WHERE version = 1)"),
          count_of(path,
                   "SELECT count(*) FROM label WHERE (SELECT labels_counted = 1 OR "
                   "label.id < labels_counted FROM sketch_progress WHERE version = 1)")};
}

}  // namespace

TEST_SUITE("observe/short_pieces") {
  TEST_CASE("a log is counted a few thousand rows and truths at a time, and never wrong") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion version = churn_version();
    Server server(path);
    for (int block = 0; block < 22; ++block) server.append(8000);
    for (const Recount recount : {Recount::no, Recount::yes}) {
      CAPTURE(static_cast<int>(recount));
      ObservationStore companion(path, kWrite, LogSync::off);
      Counted before;
      int n_turns = 0;
      companion.between_pieces([&] {
        ++n_turns;
        const Counted now = counted_of(path);
        CHECK(now.n_rows - before.n_rows <= 131072 + 8000);
        CHECK(now.n_labels - before.n_labels <= 4096 + 8);
        server.append(8);  // waits for ever, and then fails, where the lock is held
        server.correct(20);
        before = counted_of(path);
        if (n_turns % 5 == 0) check_store(path, layout_of(version));
      });
      keep_sketches(companion, version, recount);
      CHECK(n_turns >= 22 * 8000 / 139072 + 22 * 2000 / 4104);
      CHECK(counted_of(path).n_labels == count_of(path, "SELECT count(*) FROM label"));
      check_store(path, layout_of(version));
    }
  }

  TEST_CASE("an uneven log is counted right: hours apart, bursts, versions, many and few rows") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion version = churn_version();
    Random random(11);
    ObservationStore store(path, kWrite, LogSync::off);
    const auto append = [&](double hour, std::size_t n_requests, std::size_t n_rows) {
      std::vector<PredictionBlock> blocks;
      for (std::size_t i = 0; i < n_requests; ++i) {
        const Timestamp time = after(hour + static_cast<double>(i) * 1e-7);
        blocks.push_back(draw_delivery(random, {},
                                       store.reserve_ids(n_rows + random.below(2), time)[0], n_rows,
                                       time)
                             .block);
        blocks.back().version = 1 + static_cast<std::uint32_t>(random.below(7) == 0);
        if (random.below(9) != 0) continue;
        blocks.push_back(blocks.back());
        blocks.back().role = Role::shadow;
        blocks.back().version = 3 - blocks.back().version;
      }
      store.append(blocks);
    };
    for (int hour = 0; hour < 300; ++hour) append(hour, 1, 1);
    for (int burst = 0; burst < 30; ++burst) append(1000.5 + burst * 1e-3, 1000, 1);
    for (int hour = 1001; hour < 1100; ++hour) append(hour, 2, 700);
    append(5000, 300, 1);
    for (const std::uint32_t number : {1u, 2u}) {
      CAPTURE(number);
      WatchedVersion watched = version;
      watched.version = number;
      keep_sketches(store, watched);
      check_store(path, layout_of(version));
      keep_sketches(store, watched, Recount::yes);
      check_store(path, layout_of(version));
      const std::string left = fmt::format(
          "SELECT (SELECT count(*) FROM block WHERE version = p.version AND first_id >= counted_to)"
          " + (SELECT count(*) FROM shadow_block WHERE version = p.version AND "
          "first_id >= counted_to) FROM sketch_progress p WHERE version = {}",
          number);
      CHECK(count_of(path, left.c_str()) == 0);
    }
  }

  TEST_CASE("a log that its writer counts at the same time is counted once") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion version = churn_version();
    Server server(path);
    for (int block = 0; block < 30; ++block) server.append(5000);
    ObservationStore companion(path, kWrite, LogSync::off);
    ObservationStore other(path, kWrite, LogSync::off);
    int n_turns = 0;
    // The server's own counting moves where the companion is to go on: into the middle of a part.
    companion.between_pieces([&] {
      server.append(++n_turns % 2 == 0 ? 9000 : 1);
      if (n_turns == 5) keep_sketches(other, version);
      check_store(path, layout_of(version));
    });
    keep_sketches(companion, version);
    CHECK(n_turns >= 5);
    check_store(path, layout_of(version));
  }

  TEST_CASE("scores that come late, into what is being counted, are counted once") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion shadow = shadow_version();
    Server server(path);
    for (int block = 0; block < 45; ++block) {
      server.append(4000);
      if (block % 4 == 0) server.append_unscored(50);
    }
    ObservationStore companion(path, kWrite, LogSync::off);
    int n_late = 0;
    companion.between_pieces([&] {
      if (server.append_late_score()) ++n_late;
      check_store(path, layout_of(shadow));
    });
    keep_sketches(companion, shadow);
    CHECK(n_late > 3);
    check_store(path, layout_of(shadow));
    CHECK(count_of(path,
                   "SELECT sum(n_rows) FROM shadow_block WHERE first_id >= (SELECT "
                   "counted_to FROM sketch_progress WHERE version = 2)") == 0);
  }

  TEST_CASE("what changes each time before it is stored is counted all the same") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion shadow = shadow_version();
    Server server(path);
    for (int block = 0; block < 6; ++block) server.append(4000);
    for (int block = 0; block < 24; ++block) server.append_unscored(5, 1e-6);
    server.append(20);
    ObservationStore companion(path, kWrite, LogSync::off);
    int n_late = 0;
    companion.between_pieces([&] {
      if (server.append_late_score()) ++n_late;
      check_store(path, layout_of(shadow));
    });
    keep_sketches(companion, shadow);
    CHECK(n_late > 6);  // then it was counted under the lock
    check_store(path, layout_of(shadow));
  }

  TEST_CASE("a count that was broken off is gone on with, by the next look and by who logs") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion version = churn_version();
    Server server(path);
    for (int block = 0; block < 40; ++block) server.append(6000);
    {
      ObservationStore companion(path, kWrite, LogSync::off);
      companion.between_pieces([] { throw Error(ErrorKind::io, "test", "broken off"); });
      CHECK_THROWS_AS(keep_sketches(companion, version), Error);
    }
    check_store(path, layout_of(version));
    const Counted begun = counted_of(path);
    CHECK(begun.n_rows < 140'000);
    for (int block = 0; block < 20; ++block) server.append(1000);
    check_store(path, layout_of(version));
    const Counted logged = counted_of(path);
    CHECK(logged.n_rows > begun.n_rows + 16'000);
    ObservationStore companion(path, kWrite, LogSync::off);
    keep_sketches(companion, version);
    CHECK(counted_of(path).n_rows == 40 * 6000 + 20 * 1000);
    check_store(path, layout_of(version));
  }

  TEST_CASE("who logs a lot at a time keeps up with the counting") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion version = churn_version();
    ObservationStore store(path, kWrite, LogSync::off);
    keep_sketches(store, version);  // before anything is logged
    Random random(3);
    for (int commit = 1; commit <= 3; ++commit) {
      const Timestamp time = after(commit);
      std::vector<PredictionBlock> blocks;
      for (int block = 0; block < 8; ++block)
        blocks.push_back(
            draw_delivery(random, {}, store.reserve_ids(8000, time)[0], 8000, time).block);
      store.append(blocks);
      CAPTURE(commit);
      CHECK(counted_of(path).n_rows >= commit * 8 * 8000 - 16'384);
    }
    check_store(path, layout_of(version));
  }

  TEST_CASE("scores in the shadow that come after their truth cost no counting anew") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion shadow = shadow_version();
    Server server(path);
    {
      ObservationStore companion(path, kWrite, LogSync::off);
      keep_sketches(companion, shadow);
    }
    for (int block = 0; block < 20; ++block) server.append(50);
    CHECK(count_of(path, "SELECT labels_counted FROM sketch_progress WHERE version = 2") == 1);
    check_store(path, layout_of(shadow));
  }

  TEST_CASE("retention deletes a little at a time, with all that hangs on it") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const WatchedVersion version = churn_version();
    ObservationStore server(path, kWrite, LogSync::off);
    ObservationStore companion(path, kWrite, LogSync::off);
    keep_sketches(companion, version);
    Random random(3);
    for (int hour = 0; hour < 48; ++hour) {
      std::vector<PredictionBlock> blocks;
      std::vector<Feedback> truths;
      const auto ids = server.reserve_ids(150, after(hour + 0.1));
      for (const std::int64_t id : ids) {
        Delivery delivery = draw_delivery(random, {}, id, 1, after(hour + 0.1));
        PredictionBlock scored = delivery.block;
        scored.role = Role::shadow;
        scored.version = 2;
        delivery.block.client_ids = {std::to_string(random.next())};
        blocks.push_back(std::move(delivery.block));
        blocks.push_back(std::move(scored));
        truths.push_back(delivery.feedback[0]);
      }
      server.append(blocks);
      server.record_feedback(truths, after(hour + 0.2));
      for (Feedback& truth : truths) truth.actual = truth.actual == "Yes" ? "No" : "Yes";
      server.record_feedback(truths, after(hour + 0.3));
    }
    const auto n_rows_of = [&](const char* table) {
      return count_of(path, fmt::format("SELECT count(*) FROM {}", table).c_str());
    };
    constexpr const char* kTables[] = {"block", "shadow_block", "label", "label_history",
                                       "client_id"};
    int n_turns = 0;
    std::map<std::string, std::int64_t> before;
    for (const char* table : kTables) before[table] = n_rows_of(table);
    companion.between_pieces([&] {
      ++n_turns;
      const auto id = server.reserve_ids(1, after(47.5));
      server.append({draw_delivery(random, {}, id[0], 1, after(47.5)).block});
      for (const char* table : kTables) {
        CAPTURE(table);
        CHECK(before[table] - n_rows_of(table) <= 2000);
        before[table] = n_rows_of(table);
      }
    });
    CHECK(apply_retention(companion, {.age_micros = kMicrosPerDay}, after(47.6)) == 23 * 150);
    CHECK(n_turns >= 5);
    CHECK(n_rows_of("block") == 25 * 150 + n_turns);
    for (const char* table : {"shadow_block", "label", "label_history", "client_id"}) {
      CAPTURE(table);
      CHECK(n_rows_of(table) == 25 * 150);
    }
  }

  TEST_CASE("a large file of feedback is written a thousand items at a time, or not at all") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    ObservationStore server(path, kWrite, LogSync::off);
    ObservationStore companion(path, kWrite, LogSync::off);
    std::vector<Feedback> truths;
    for (int i = 0; i < 3500; ++i) truths.push_back({format_prediction_id(i + 1), "2.5"});
    server.append({number_block(ids_from(1, 3500), std::vector<double>(3500, 1.0), after(1))});
    int n_turns = 0;
    std::int64_t n_before = 0;
    companion.between_pieces([&] {
      ++n_turns;
      const std::int64_t n = count_of(path, "SELECT count(*) FROM label");
      CHECK(n - n_before <= 1000);
      n_before = n;
      server.append({number_block(server.reserve_ids(1, after(2)), {1}, after(2))});
    });
    truths.back().actual = "much";
    CHECK_THROWS_AS(companion.record_feedback(truths, after(3)), Error);
    CHECK(count_of(path, "SELECT count(*) FROM label") == 0);
    truths.back().actual = "2.5";
    n_turns = 0;
    CHECK(companion.record_feedback(truths, after(3)).accepted == 3500);
    CHECK(n_turns >= 3);
    CHECK(companion.record_feedback(truths, after(4)).duplicate == 3500);
  }

  TEST_CASE("predictions do not wait for the end of a large feedback") {
    const TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const ManualClock clock(after(3));
    constexpr std::int64_t kItems = 5000;
    std::atomic<bool> stopping{false};
    std::atomic<int> n_in_the_middle{0};
    std::function<void(std::exception_ptr)> again;
    PredictionLog log(path, LogSync::off, clock, null_log_sink());
    // One prediction waits at any time; when it is durable, the next one comes.
    again = [&](const std::exception_ptr& failure) {
      CHECK(!failure);
      const std::int64_t n_told = count_of(path, "SELECT count(*) FROM label");
      if (n_told > 0 && n_told < kItems) ++n_in_the_middle;
      if (!stopping) log.append(number_block(log.reserve_ids(1), {1}, after(3)), again);
    };
    const auto ids = log.reserve_ids(kItems);
    log.append(number_block(ids, std::vector<double>(kItems, 1.0), after(3)), again);
    std::vector<Feedback> truths;
    for (const std::int64_t id : ids) truths.push_back({format_prediction_id(id), "2"});
    CHECK(log.record_feedback(std::move(truths)).accepted == kItems);
    stopping = true;
    CHECK(n_in_the_middle >= 4);
  }
}
