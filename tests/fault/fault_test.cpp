// Every command that writes to a registry, killed and refused at each call that touches it: what
// is left is the state before or after, plus leftovers that `fsck --repair` removes; the champion
// answers; the same command can be run again. MLOPS_FAULT_STRIDE=1 tries every point (target
// fault_long), else a sample; MLOPS_FAULT_ONLY=NAME tries one command.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "fault/fork_server.hpp"
#include "fault/scenarios.hpp"
#include "registry/fsck.hpp"
#include "workflow/predict.hpp"

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

/// One point in so many in the normal suite; a prime, so that the sample meets every kind of call.
constexpr std::size_t kSampledStride = 41;

constexpr int kKilled = 128 + SIGKILL;

std::size_t stride() {
  const char* text = std::getenv("MLOPS_FAULT_STRIDE");
  return text == nullptr ? kSampledStride : std::max(1UL, std::strtoul(text, nullptr, 10));
}

bool is_wanted(const Scenario& scenario) {
  const char* only = std::getenv("MLOPS_FAULT_ONLY");
  return only == nullptr || scenario.name == only;
}

/// What a registry says about its model, in short.
struct Situation {
  registry::Aliases aliases;
  std::string predictions;  ///< the champion's, as CSV; empty without a model
  bool operator==(const Situation& other) const = default;
};

/// A copy of the template where a command is tried.
class Arena {
 public:
  Arena(const Template& origin, const Scenario& scenario) : origin_(origin), scenario_(scenario) {
    for (const char* file : {"tiny.csv", "turned.csv", "outcomes.csv", "m.tar.gz"})
      fs::copy(origin.workspace.path() / file, directory_.path() / file);
  }

  void reset() const {
    fs::remove_all(root());
    fs::copy(origin_.workspace.registry(), root(), fs::copy_options::recursive);
    scenario_.prepare(registry());
  }
  [[nodiscard]] fs::path root() const { return directory_.path() / "registry"; }
  [[nodiscard]] fs::path control() const { return directory_.path() / "control"; }
  [[nodiscard]] registry::Registry registry() const { return environment().registry(); }
  [[nodiscard]] Command command() const {
    return {.program = MLOPS_BINARY,
            .arguments = scenario_.arguments,
            .directory = directory_.path(),
            .extra = {{"MLOPS_REGISTRY", root().string()}, {"USER", "tester"}},
            .input = {}};
  }
  [[nodiscard]] Situation situation() const {
    if (!registry().exists(kModel)) return {};
    const auto report = workflow::predict({.reference = kModel,
                                           .data = directory_.path() / "tiny.csv",
                                           .read = {},
                                           .explain = workflow::Explain::no},
                                          environment());
    return {registry().aliases(kModel), workflow::predictions_csv(report)};
  }

 private:
  [[nodiscard]] workflow::Environment environment() const {
    return {.registry_root = root(), .actor = "fault test", .clock = clock_, .cancel = cancel_};
  }

  const Template& origin_;
  const Scenario& scenario_;
  TempDirectory directory_{fs::is_directory("/dev/shm") ? "/dev/shm" : ""};
  SystemClock clock_;
  CancelToken cancel_;
};

bool is_one_of(const std::vector<int>& statuses, int status) {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

/// A fault at one touch.
struct Point {
  Fault fault = Fault::none;
  Touch touch;
};

bool applies(Fault fault, const std::string& operation) {
  if (fault == Fault::torn) return operation == "write";
  if (fault != Fault::disk_full) return true;
  const std::vector<std::string> need_space{"create", "write", "make", "rename", "sync"};
  return std::find(need_space.begin(), need_space.end(), operation) != need_space.end();
}

std::vector<Point> points_of(const std::vector<Touch>& touches) {
  std::vector<Point> points;
  for (const Touch& touch : touches) {
    for (const Fault fault : {Fault::kill, Fault::torn, Fault::refused, Fault::disk_full}) {
      if (applies(fault, touch.operation)) points.push_back({fault, touch});
    }
  }
  return points;
}

/// Findings of the kinds that must not be there, a line each.
std::string findings_of(const registry::Registry& registry, registry::FsckMode mode,
                        std::vector<registry::FindingKind> kinds) {
  std::string lines;
  for (const registry::Finding& finding : registry::fsck(registry, mode).findings) {
    if (finding.repaired) continue;
    if (std::find(kinds.begin(), kinds.end(), finding.kind) != kinds.end())
      lines += fmt::format("{} {} {}: {}\n", registry::to_string(finding.kind), finding.code,
                           finding.path, finding.message);
  }
  return lines;
}

/// One command and everything that is done to it.
class Trial {
 public:
  Trial(const Template& origin, const Scenario& scenario)
      : scenario_(scenario), arena_(origin, scenario) {
    arena_.reset();
    before_ = arena_.situation();
    server_.emplace(arena_.command(), arena_.root(), arena_.control());
  }

  void run() {
    const std::vector<Touch> touches = server_->record();
    after_ = arena_.situation();
    const std::vector<Point> points = points_of(touches);
    std::size_t n_tried = 0;
    for (std::size_t i = 0; i < points.size(); i += stride(), ++n_tried) try_point(points[i]);
    fmt::print("{}: {} calls touch the registry, {} of {} points tried\n", scenario_.name,
               touches.size(), n_tried, points.size());
    CHECK(n_tried > 0);
  }

 private:
  void try_point(const Point& point) {
    CAPTURE(scenario_.name);
    CAPTURE(static_cast<char>(point.fault));
    CAPTURE(point.touch.number);
    CAPTURE(point.touch.operation);
    CAPTURE(point.touch.path);
    arena_.reset();
    const int status = server_->run(point.fault, point.touch.number);
    CAPTURE(status);
    CAPTURE(server_->errors());
    CHECK((status == 0 || status == kKilled || is_one_of(scenario_.status_refused, status)));
    check_state(status);
    check_repair();
    check_again();
  }

  void check_state(int status) {
    CHECK(findings_of(arena_.registry(), registry::FsckMode::look,
                      {registry::FindingKind::damage}) == "");
    const Situation found = arena_.situation();
    CHECK((found == before_ || found == after_ || is_stage(found)));
    if (status == 0) CHECK(found == after_);
    if (status != 0 && status != kKilled && scenario_.after_failure == AfterFailure::nothing)
      CHECK(found == before_);
  }

  /// Promoted, and the predecessor not in the shadow yet: the next retraining sees to it.
  [[nodiscard]] bool is_stage(const Situation& found) const {
    if (scenario_.after_failure != AfterFailure::earlier_stages) return false;
    Situation without_shadow = after_;
    without_shadow.aliases.challenger.reset();
    return found == without_shadow;
  }

  void check_repair() {
    const std::vector<registry::FindingKind> kinds{registry::FindingKind::damage,
                                                   registry::FindingKind::leftover};
    CHECK(findings_of(arena_.registry(), registry::FsckMode::repair, kinds) == "");
    CHECK(findings_of(arena_.registry(), registry::FsckMode::look, kinds) == "");
  }

  void check_again() {
    const int status = server_->run(Fault::none);
    CAPTURE(status);
    CAPTURE(server_->errors());
    CHECK(is_one_of(scenario_.status_again, status));
    CHECK(findings_of(arena_.registry(), registry::FsckMode::look,
                      {registry::FindingKind::damage, registry::FindingKind::leftover}) == "");
  }

  const Scenario& scenario_;
  Arena arena_;
  std::optional<ForkServer> server_;
  Situation before_;
  Situation after_;
};

}  // namespace

TEST_SUITE("fault/registry") {
  TEST_CASE("a command killed or refused at any call leaves the state before or after it") {
    const Template origin;
    for (const Scenario& scenario : scenarios()) {
      if (!is_wanted(scenario)) continue;
      CAPTURE(scenario.name);
      const auto start = std::chrono::steady_clock::now();
      Trial(origin, scenario).run();
      fmt::print("  in {:.1f} s\n",
                 std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      std::fflush(stdout);  // a long run shows how far it is
    }
  }
}

}  // namespace mlops::test
