// Sixteen processes at a time on one model: training, deploying, rolling back, reading. Nobody sees
// a part of anything, nothing is lost. MLOPS_STRESS_SECONDS=60 for the long form (target
// stress_long).
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "fault/scenarios.hpp"
#include "registry/fsck.hpp"

namespace mlops::test {
namespace {

constexpr int kSampledSeconds = 5;
constexpr int kConflict = 5;

std::chrono::seconds duration() {
  const char* text = std::getenv("MLOPS_STRESS_SECONDS");
  return std::chrono::seconds(text == nullptr ? kSampledSeconds : std::atoi(text));
}

/// What the workers saw. Thread-safe: doctest's assertions stay on the test's own thread.
class Observations {
 public:
  void count(const std::string& command, int status) {
    const std::lock_guard guard(mutex_);
    ++statuses_[command][status];
  }
  void trained(registry::Version version) {
    const std::lock_guard guard(mutex_);
    versions_.push_back(version);
  }
  void complain(const std::string& what) {
    const std::lock_guard guard(mutex_);
    complaints_.push_back(what);
  }
  [[nodiscard]] std::map<std::string, std::map<int, int>> statuses() const { return statuses_; }
  [[nodiscard]] std::vector<registry::Version> versions() const { return versions_; }
  [[nodiscard]] std::vector<std::string> complaints() const { return complaints_; }

 private:
  std::mutex mutex_;
  std::map<std::string, std::map<int, int>> statuses_;
  std::vector<registry::Version> versions_;
  std::vector<std::string> complaints_;
};

/// One of the sixteen: the same command again and again.
class Worker {
 public:
  Worker(const Template& origin, Observations& seen, int number)
      : origin_(origin), seen_(seen), number_(number) {}

  void run_until(std::chrono::steady_clock::time_point end) {
    for (int round = 0; round == 0 || std::chrono::steady_clock::now() < end; ++round) {
      switch (number_ % 4) {
        case 0:
          train();
          break;
        case 1:
          change("deploy", {"deploy", fmt::format("m@{}", 1 + (number_ + round) % 4)});
          break;
        case 2:
          change("rollback", {"rollback", "m"});
          break;
        default:
          read(round);
      }
    }
  }

 private:
  /// Its document, or nothing when it did not end with 0.
  std::optional<Json> document(const std::string& name, std::vector<std::string> arguments,
                               const std::set<int>& allowed) {
    arguments.emplace_back("--json");
    const Finished finished = origin_.workspace.mlops(arguments);
    seen_.count(name, finished.status);
    if (!allowed.contains(finished.status))
      seen_.complain(fmt::format("{} ended with {}: {}", name, finished.status, finished.err));
    if (finished.status != 0) return std::nullopt;
    try {
      return parse_json(finished.out, "stdout");
    } catch (const Error& error) {
      seen_.complain(fmt::format("{}: {}", name, error.what()));
      return std::nullopt;
    }
  }

  void train() {
    const auto trained = document("train", training(kModel, 1 + number_), {0, kConflict});
    if (trained) seen_.trained((*trained)["version"].get<registry::Version>());
  }

  void change(const std::string& name, std::vector<std::string> arguments) {
    static_cast<void>(document(name, std::move(arguments), {0, kConflict}));
  }

  void read(int round) {
    if (round % 3 == 0) return look_at_list();
    if (round % 3 == 1) {
      static_cast<void>(document("show", {"show", "m"}, {0}));
      return;
    }
    static_cast<void>(document("history", {"history", "m"}, {0}));
  }

  void look_at_list() {
    const auto listed = document("list", {"list"}, {0});
    if (!listed) return;
    const Json& model = (*listed)["models"][0];
    if (!model["aliases"]["champion"].is_number() || model["metric"].is_null() ||
        model["versions"].get<int>() < 4)
      seen_.complain("list saw a part: " + dump_json(*listed));
  }

  const Template& origin_;
  Observations& seen_;
  int number_;
};

/// Events of a type, from the log of the model.
int count_events(const std::vector<registry::Event>& events, std::string_view type) {
  return static_cast<int>(std::count_if(events.begin(), events.end(),
                                        [&](const auto& event) { return event.type == type; }));
}

}  // namespace

TEST_SUITE("fault/stress") {
  TEST_CASE("sixteen processes on one model lose nothing and see no part of anything") {
    const Template origin;
    const SystemClock clock;
    const registry::Registry store(origin.workspace.registry(), clock);
    const std::vector<registry::Event> before = store.events(kModel);
    Observations seen;
    const auto end = std::chrono::steady_clock::now() + duration();
    std::vector<std::thread> threads;
    for (int number = 0; number < 16; ++number)
      threads.emplace_back([&, number] { Worker(origin, seen, number).run_until(end); });
    for (std::thread& thread : threads) thread.join();

    for (const std::string& complaint : seen.complaints()) {
      CAPTURE(complaint);
      CHECK(complaint.empty());
    }
    std::vector<registry::Version> trained = seen.versions();
    std::sort(trained.begin(), trained.end());
    std::vector<registry::Version> expected;
    for (std::size_t i = 0; i < trained.size(); ++i)
      expected.push_back(static_cast<registry::Version>(5 + i));
    CHECK(trained == expected);
    CHECK(store.versions(kModel).size() == 4 + trained.size());
    for (const registry::Version version : trained) store.check_integrity(kModel, version);

    const std::vector<registry::Event> events = store.events(kModel);  // throws for a broken chain
    const auto statuses = seen.statuses();
    const auto n_done = [&](const std::string& name) {
      const auto found = statuses.find(name);
      return found == statuses.end() || !found->second.contains(0) ? 0 : found->second.at(0);
    };
    CHECK(count_events(events, "trained") - count_events(before, "trained") == n_done("train"));
    CHECK(count_events(events, "rolled_back") == n_done("rollback"));
    CHECK(registry::fsck(store).findings.empty());
    std::string summary;
    for (const auto& [name, by_status] : statuses)
      for (const auto& [status, count] : by_status)
        summary += fmt::format("  {} ended {} times with {}\n", name, count, status);
    fmt::print("16 processes for {} s: {} events\n{}", duration().count(), events.size(), summary);
  }
}

}  // namespace mlops::test
