#include "monitor_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "documents/documents.hpp"
#include "interruption.hpp"
#include "live_screen.hpp"
#include "render/monitor.hpp"
#include "render/monitor_line.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Signals are looked at this often while waiting.
constexpr milliseconds kLook{100};

constexpr std::array<std::int64_t, 5> kRanges = {kMicrosPerHour, 6 * kMicrosPerHour, kMicrosPerDay,
                                                 7 * kMicrosPerDay, 30 * kMicrosPerDay};

int status_after_signal() {
  constexpr int kSignalStatusBase = 128;  // the shells' convention: 128 + signal
  const auto signal = received_signal();
  return signal ? kSignalStatusBase + *signal : to_status(ExitCode::ok);
}

/// Lines for a program that reads on: no screen, no keys.
int watch_as_lines(const workflow::MonitorConfig& config, milliseconds interval,
                   CommandContext& context) {
  while (!context.cancel.requested()) {
    const auto report = workflow::monitor(config, environment_of(context, "monitor"));
    if (context.options.json) {
      context.out.write_json(monitor_document(report));
    } else {
      for (const observe::ModelHealth& health : report.models) {
        context.out.write_line(
            render::monitor_line(health, report.generated_at, context.out.capabilities()));
      }
    }
    const auto next = steady_clock::now() + interval;
    while (!context.cancel.requested() && steady_clock::now() < next) {
      std::this_thread::sleep_for(std::min(kLook, interval));
    }
  }
  return status_after_signal();
}

/// The full-screen dashboard: what is shown, and what keys do to it.
class Dashboard {
 public:
  Dashboard(const workflow::MonitorConfig& config, milliseconds interval, CommandContext& context)
      : config_(config), interval_(interval), context_(context), screen_(context.out) {}

  int run() {
    while (!context_.cancel.requested() && !quit_) {
      draw();
      const auto next = steady_clock::now() + interval_;
      while (!context_.cancel.requested() && steady_clock::now() < next) {
        if (handle(screen_.wait_for_key(kLook))) break;
      }
    }
    return status_after_signal();
  }

 private:
  void draw() {
    workflow::MonitorConfig config = config_;
    if (opened_ && !names_.empty()) config.models = {names_[*opened_ % names_.size()]};
    const auto report = workflow::monitor(config, environment_of(context_, "monitor"));
    if (!opened_) {
      names_.clear();
      for (const auto& health : report.models) names_.push_back(health.model);
    }
    const auto& capabilities = context_.out.capabilities();
    const auto part = render::scrolled(render::monitor_lines(report, capabilities), first_line_,
                                       footer(), capabilities);
    first_line_ = part.first;
    screen_.show(part.lines);
  }

  [[nodiscard]] std::string footer() const {
    const auto& capabilities = context_.out.capabilities();
    const bool fleet = names_.size() > 1;
    const std::string text = fmt::format(
        "q quit   {} scroll   {} range{}   space now   every {} s",
        capabilities.unicode ? "↑↓" : "jk", capabilities.unicode ? "←→" : "hl",
        fleet ? "   enter next model   b back" : "", static_cast<double>(interval_.count()) / 1000);
    return render::styled(render::Role::meta, text, capabilities);
  }

  void change_range(int step) {
    const auto at = std::lower_bound(kRanges.begin(), kRanges.end(), config_.range_micros);
    const auto index = static_cast<int>(at - kRanges.begin()) + step;
    config_.range_micros = kRanges[static_cast<std::size_t>(
        std::clamp(index, 0, static_cast<int>(kRanges.size()) - 1))];
  }

  /// True when the screen has to be drawn again.
  bool handle(Key key) {
    const std::size_t page = std::max(2U, context_.out.capabilities().rows) - 1;
    switch (key) {
      case Key::none:
        return false;
      case Key::quit:
        quit_ = true;
        return true;
      case Key::up:
        first_line_ -= std::min<std::size_t>(first_line_, 1);
        return true;
      case Key::down:
        ++first_line_;
        return true;
      case Key::page_up:
        first_line_ -= std::min(first_line_, page);
        return true;
      case Key::page_down:
        first_line_ += page;
        return true;
      case Key::left:
        change_range(-1);
        return true;
      case Key::right:
        change_range(1);
        return true;
      case Key::open:
        open_next();
        return true;
      case Key::back:
        opened_.reset();
        return true;
      case Key::refresh:
        return true;
    }
    return false;
  }

  void open_next() {
    if (names_.size() > 1) opened_ = opened_ ? *opened_ + 1 : 0;
    first_line_ = 0;
  }

  workflow::MonitorConfig config_;
  milliseconds interval_;
  CommandContext& context_;
  LiveScreen screen_;
  std::vector<std::string> names_;     ///< of the fleet, the worst first
  std::optional<std::size_t> opened_;  ///< which of them is shown alone
  std::size_t first_line_ = 0;
  bool quit_ = false;
};

}  // namespace

int watch_monitor(const workflow::MonitorConfig& config, double seconds, CommandContext& context) {
  constexpr double kShortest = 0.1;
  const milliseconds interval(static_cast<std::int64_t>(std::max(kShortest, seconds) * 1000));
  if (context.options.json || !context.out.capabilities().live) {
    return watch_as_lines(config, interval, context);
  }
  return Dashboard(config, interval, context).run();
}

}  // namespace mlops::app
