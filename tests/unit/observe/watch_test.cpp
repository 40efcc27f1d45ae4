// The detectors over time: what a look may change, budget, life of an alarm, stored state.
#include "observe/watch.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <tuple>

#include "base/random.hpp"
#include "observe/stream_builder.hpp"
#include "unit/observe/drawn_hours.hpp"
#include "unit/observe/synthetic.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

constexpr std::int64_t kFirstHour = kStart.micros / kMicrosPerHour;

/// Wrong answers: reference 10 % of 5000, limit 12 %.
Quantity error_quantity(double share = 1) {
  Quantity quantity{.source = Source::loss, .rule = "performance", .subject = "accuracy"};
  quantity.streams.push_back(share_stream({"loss up", share, 0.02, 0.03}, 0.1, 5000));
  return quantity;
}

/// A watch over that one quantity, and the hours it reads.
struct Fixture {
  explicit Fixture(TimeStructure structure = TimeStructure::independent, double share = 1)
      : watch({error_quantity(share)}, policy_of(structure), kStart), state(watch.initial()) {}

  static MonitoringPolicy policy_of(TimeStructure structure) {
    MonitoringPolicy policy;
    policy.time_structure = structure;
    return policy;
  }
  void hour(std::int64_t index, std::uint64_t right, std::uint64_t wrong) {
    hours.set(kFirstHour + index, {right, wrong});
  }
  /// The detectors' events up to that many hours after the start; those of volume left out.
  std::vector<Alarm> look(double hours_later) {
    std::vector<Alarm> alarms;
    for (AlarmEvent& event : watch.advance(state, hours, after(hours_later)))
      if (!event.volume) alarms.push_back(std::move(event.alarm));
    return alarms;
  }
  /// Of the hours' detector, in which rows are independent.
  [[nodiscard]] double value() const {
    return value_of(state.quantities[0].streams[0].today.fresh);
  }

  Watch watch;
  WatchState state;
  DrawnHours hours;
};

}  // namespace

TEST_SUITE("observe/watch") {
  TEST_CASE("closed hours give the value that the formulas give by hand") {
    Fixture f;
    f.hour(0, 90, 10);
    f.hour(1, 85, 15);
    CHECK(f.look(2.1).empty());
    const Quantity quantity = error_quantity();
    const Stream& stream = quantity.streams[0];
    PerBet m{};
    const double day = accrued(1, {kStart.micros - kMicrosPerDay}, kStart, 91);
    m = updated(stream, m, day,
                stream.sum_over(stream.log_factor, std::vector<std::uint64_t>{90, 10}), 1);
    const double hour = accrued(1, kStart, after(1), 91);
    m = updated(stream, m, hour,
                stream.sum_over(stream.log_factor, std::vector<std::uint64_t>{85, 15}), 1);
    CHECK(f.value() == doctest::Approx(value_of(m)).epsilon(1e-12));
  }

  TEST_CASE("looking often gives what looking once gives, to the last bit") {
    Random random(4);
    Fixture often;
    Fixture once;
    for (std::int64_t hour = 0; hour < 30; ++hour) {
      const std::uint64_t wrong = random.below(12);
      often.hour(hour, 80, wrong);
      once.hour(hour, 80, wrong);
      for (const double minute : {0.1, 0.5, 0.9}) often.look(static_cast<double>(hour) + minute);
    }
    often.look(31);
    once.look(31);
    // Fewer than 100 new rows at a look change nothing unless they alarm.
    CHECK(encode(often.state) == encode(once.state));
  }

  TEST_CASE("a look at little new changes no state") {
    Fixture f;
    f.hour(0, 90, 10);
    f.look(1.1);
    f.hour(1, 45, 5);
    const auto before = encode(f.state);
    CHECK(f.look(1.5).empty());
    CHECK(encode(f.state) == before);
  }

  TEST_CASE("an alarm at a look ends its block: the same rows do not speak twice") {
    Fixture f;
    f.hour(0, 50, 150);
    const auto first = f.look(0.5);
    REQUIRE(first.size() == 1);
    CHECK(first[0].change == AlarmChange::opened);
    CHECK(first[0].onset.counts == std::vector<std::uint64_t>{50, 150});
    CHECK(f.state.quantities[0].consumed == std::vector<std::uint64_t>{50, 150});
    CHECK(f.value() == 0);
    CHECK(f.look(0.6).empty());
    // The rest of the hour is judged alone.
    f.hour(0, 50 + 180, 150 + 20);
    CHECK(f.look(0.7).empty());
    CHECK(f.state.quantities[0].consumed == std::vector<std::uint64_t>{230, 170});
    CHECK(f.look(1.1).empty());
  }

  TEST_CASE("an open alarm is refreshed, not opened again, it resolves when the evidence says so") {
    Fixture f;
    f.hour(0, 50, 150);
    REQUIRE(f.look(0.5).size() == 1);
    f.hour(1, 50, 150);
    const auto again = f.look(1.5);
    REQUIRE(again.size() == 1);
    CHECK(again[0].change == AlarmChange::refreshed);
    std::vector<Alarm> later;
    std::int64_t hour = 2;
    for (; hour < 24 * 20 && later.empty(); ++hour) {
      f.hour(hour, 40, 2);
      later = f.look(static_cast<double>(hour) + 1.1);
    }
    REQUIRE(later.size() == 1);
    CHECK(later[0].change == AlarmChange::resolved);
    CHECK_FALSE(f.state.quantities[0].open);
    // Back within a day it is the old one, later a new one.
    f.hour(hour, 50, 150);
    auto back = f.look(static_cast<double>(hour) + 0.5);
    REQUIRE(back.size() == 1);
    CHECK(back[0].change == AlarmChange::reopened);
  }

  TEST_CASE("nobody is told below thirty rows, or for an effect within the margin") {
    Fixture few;
    few.hour(0, 0, 25);
    CHECK(few.look(1.1).empty());
    Fixture small;
    // 11.5 %: above the reference, below the limit, however much evidence there is.
    for (std::int64_t hour = 0; hour < 24 * 30; ++hour) small.hour(hour, 8850, 1150);
    CHECK(small.look(24.0 * 30 + 0.5).empty());
  }

  TEST_CASE(
      "the budget is linear in the share, stands still with the clock, and is a day at most") {
    Fixture whole;
    Fixture tenth(TimeStructure::independent, 0.1);
    for (Fixture* f : {&whole, &tenth}) {
      f->hour(0, 85, 15);
      f->look(1.1);
    }
    // The limit's allowance goes with the share too; at 5000 rows the margin is larger than both.
    CHECK(tenth.value() == doctest::Approx(whole.value() / 10).epsilon(1e-12));
    Fixture idle;
    idle.hour(24 * 10, 85, 15);
    idle.look(24.0 * 10 + 1.1);
    CHECK(idle.value() == doctest::Approx(whole.value()).epsilon(1e-12));
    const auto before = encode(idle.state);
    CHECK(idle.look(24.0 * 9).empty());  // a clock that was set back
    CHECK(encode(idle.state) == before);
  }

  TEST_CASE("values are never negative and never not a number") {
    Random random(9);
    Fixture f(TimeStructure::automatic);
    for (std::int64_t hour = 0; hour < 24 * 40; ++hour) {
      const std::uint64_t n = random.below(3) == 0 ? 0 : random.below(400);
      const std::uint64_t wrong = random.below(2) == 0 ? 0 : random.below(n + 1);
      f.hour(hour, n - wrong, wrong);
    }
    f.look(24.0 * 40);
    for (const StreamState& stream : f.state.quantities[0].streams)
      for (std::size_t bet = 0; bet < kMaxBets; ++bet) {
        CHECK(stream.days[bet] >= 0);
        CHECK(stream.hours[bet] >= 0);
        CHECK(stream.jump[bet] >= 0);
        CHECK(stream.today.fresh[bet] >= 0);
        CHECK(stream.today.rise[bet] >= 0);
      }
  }

  TEST_CASE("a stored state goes on to the last bit") {
    Random random(12);
    Fixture straight(TimeStructure::automatic);
    Fixture stored(TimeStructure::automatic);
    for (std::int64_t hour = 0; hour < 24 * 12; ++hour) {
      const std::uint64_t wrong = 20 + random.below(20);
      straight.hour(hour, 270, wrong);
      stored.hour(hour, 270, wrong);
      stored.look(static_cast<double>(hour) + 0.7);
      stored.state = decode_watch_state(encode(stored.state));
      CHECK(stored.watch.continues(stored.state));
      straight.look(static_cast<double>(hour) + 0.7);
    }
    CHECK(encode(straight.state) == encode(stored.state));
  }

  TEST_CASE("a damaged state is refused, never believed") {
    Fixture f;
    f.hour(0, 90, 10);
    f.look(1.1);
    const auto bytes = encode(f.state);
    for (std::size_t length = 0; length < bytes.size(); length += 7) {
      CAPTURE(length);
      CHECK_THROWS_AS(static_cast<void>(decode_watch_state({bytes.data(), length})), Error);
    }
  }

  TEST_CASE("eight days make a quantity fast, unless they have a cycle that is not the same") {
    Random random(21);
    Fixture even(TimeStructure::automatic);
    Fixture cyclic(TimeStructure::automatic);
    Fixture changing(TimeStructure::automatic);
    for (std::int64_t hour = 0; hour < 24 * 12; ++hour) {
      const auto wrong_of = [&random](double share) {
        std::uint64_t wrong = 0;
        for (int row = 0; row < 100; ++row) wrong += random.uniform() < share ? 1u : 0u;
        return wrong;
      };
      const bool night = hour % 24 < 8;
      const bool odd = hour / 24 % 2 == 1;
      const std::uint64_t wrong = wrong_of(0.1);
      even.hour(hour, 100 - wrong, wrong);
      const std::uint64_t often = wrong_of(0.14);
      const std::uint64_t seldom = wrong_of(0.08);
      cyclic.hour(hour, 100 - (night ? often : seldom), night ? often : seldom);
      changing.hour(hour, 100 - (night == odd ? often : seldom), night == odd ? often : seldom);
    }
    for (const auto& [fixture, fast, has_cycle] :
         {std::tuple{&even, true, false}, {&cyclic, true, true}, {&changing, false, false}}) {
      CHECK(fixture->look(24.0 * 12 + 0.5).empty());
      const QuantityState& state = fixture->state.quantities[0];
      CHECK(state.fast == fast);
      CHECK(state.streams[0].cycle.off.empty() != has_cycle);
    }
  }

  TEST_CASE("while days are the blocks, a large jump is still seen within hours") {
    Random random(23);
    Fixture f(TimeStructure::daily);
    for (std::int64_t hour = 0; hour < 24 * 10; ++hour) {
      const bool night = hour % 24 < 8;
      f.hour(hour, night ? 85 : 92, night ? 15 : 8);
    }
    CHECK(f.look(24.0 * 10 + 0.1).empty());
    std::vector<Alarm> alarms;
    std::int64_t hour = 24 * 10;
    for (; alarms.empty() && hour < 24 * 12; ++hour) {
      f.hour(hour, 50, 50);
      alarms = f.look(static_cast<double>(hour) + 1.1);
    }
    REQUIRE_FALSE(alarms.empty());
    CHECK(hour - 24 * 10 <= 4);
  }

  TEST_CASE("another policy or deployment starts the detectors anew") {
    const Fixture f;
    const Fixture daily(TimeStructure::daily);
    CHECK(f.watch.continues(f.state));
    CHECK_FALSE(daily.watch.continues(f.state));
    const Watch later({error_quantity()}, Fixture::policy_of(TimeStructure::independent), after(1));
    CHECK_FALSE(later.continues(f.state));
  }
}
