// Whatever fails in the middle of a retraining, the champion stays, nothing half-made is left, and
// the next run succeeds. Failures are injected where the code asks for the time, which it does at
// every step that leaves a trace.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <functional>
#include <new>

#include "base/file.hpp"
#include "base/random.hpp"
#include "workflow/retrain.hpp"
#include "workflow/train.hpp"

namespace mlops::workflow {
namespace {

/// The wall clock, until a call that fails.
class FaultyClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    if (--calls_left_ == 0) fail_();
    return clock_.now();
  }
  void fail_at(int call, std::function<void()> fail) {
    calls_left_ = call;
    fail_ = std::move(fail);
  }
  /// True when the call that fails has been reached.
  [[nodiscard]] bool failed() const { return calls_left_ <= 0; }

 private:
  SystemClock clock_;
  mutable std::atomic<int> calls_left_ = -1;
  std::function<void()> fail_;
};

/// Rows of a world with one slope.
std::string rows(std::size_t n, double slope, std::uint64_t seed) {
  Random random(seed);
  std::string csv = "x,noise,y\n";
  for (std::size_t i = 0; i < n; ++i) {
    const double x = random.normal();
    const bool yes = random.uniform() < 1 / (1 + std::exp(-slope * x));
    csv += fmt::format("{:.6f},{:.6f},{}\n", x, random.normal(), yes ? "yes" : "no");
  }
  return csv;
}

/// A registry with one champion and a delivery of a world turned round.
struct Fixture {
  TempDirectory directory;
  FaultyClock clock;
  CancelToken cancel;
  Environment environment{directory.path() / "registry", "tester", clock, cancel};
  learn::TrainingOptions training{.preset = learn::Preset::fast, .max_trials = 1};

  Fixture() {
    write_file_atomically(directory.path() / "old.csv", rows(600, 2, 1));
    write_file_atomically(directory.path() / "new.csv", rows(700, -2, 2));
    TrainConfig config{.data = directory.path() / "old.csv", .name = "m"};
    config.inference.target = "y";
    config.training = training;
    REQUIRE(train(config, environment, {}).deployed);
  }

  [[nodiscard]] RetrainReport run() {
    return retrain({.model = "m", .files = {directory.path() / "new.csv"}, .training = training},
                   environment, {});
  }

  /// What must hold after a failure.
  void check_unharmed() const {
    const registry::Registry registry = environment.registry();
    const auto champion = registry.aliases("m").champion;
    REQUIRE(champion);
    for (const registry::Version version : registry.versions("m"))
      CHECK_NOTHROW(registry.check_integrity("m", version));
    CHECK_NOTHROW(static_cast<void>(registry.events("m")));
  }
};

}  // namespace

TEST_SUITE("workflow/retrain_fault") {
  TEST_CASE("a failure at any step leaves the champion and the next run works") {
    struct Fault {
      const char* name;
      std::function<void()> raise;
      ErrorKind kind;
    };
    const Fault faults[] = {
        {"out of memory", [] { throw std::bad_alloc(); }, ErrorKind::io},
        {"disk full", [] { throw Error(ErrorKind::io, "io.full", "no space left on device"); },
         ErrorKind::io},
        {"a library's exception", [] { throw std::runtime_error("learner failed"); },
         ErrorKind::internal}};
    Fixture fixture;
    int n_failed = 0;
    for (int call = 1; call < 200; ++call) {
      const Fault& fault = faults[call % 3];
      CAPTURE(fault.name);
      CAPTURE(call);
      const auto before = fixture.environment.registry().aliases("m").champion;
      fixture.clock.fail_at(call, fault.raise);
      bool done = false;
      try {
        const RetrainReport report = fixture.run();
        done = true;
        CHECK((report.outcome == RetrainOutcome::promoted || fixture.clock.failed()));
      } catch (const Error& error) {
        CHECK(error.kind() == fault.kind);
        ++n_failed;
      }
      fixture.clock.fail_at(-1, {});
      fixture.check_unharmed();
      const auto after = fixture.environment.registry().aliases("m").champion;
      if (after != before) break;  // the alias had moved: promoted, with or without a last word
      if (done && !fixture.clock.failed()) break;
    }
    MESSAGE("failures injected: " << n_failed);
    CHECK(n_failed > 5);
    CHECK(fixture.environment.registry().aliases("m").champion != registry::Version{1});
    bool recorded = false;
    for (const registry::Event& event : fixture.environment.registry().events("m"))
      recorded |= event.type == "failed" && event.evidence.value("action", "") == "retrain";
    CHECK(recorded);
  }

  TEST_CASE("an interruption is recorded, and is no vanished run to the next one") {
    Fixture fixture;
    fixture.cancel.request();
    CHECK_THROWS_AS(static_cast<void>(fixture.run()), Error);
    fixture.check_unharmed();
    const auto events = fixture.environment.registry().events("m");
    CHECK(events.back().type == "failed");
  }
}

}  // namespace mlops::workflow
