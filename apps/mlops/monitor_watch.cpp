#include "monitor_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "dashboard.hpp"
#include "documents/documents.hpp"
#include "interruption.hpp"
#include "render/monitor_line.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Signals are looked at this often while waiting.
constexpr milliseconds kLook{100};

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

}  // namespace

int watch_monitor(const workflow::MonitorConfig& config, double seconds, CommandContext& context) {
  constexpr double kShortest = 0.1;
  const milliseconds interval(static_cast<std::int64_t>(std::max(kShortest, seconds) * 1000));
  if (context.options.json || !context.out.capabilities().live) {
    return watch_as_lines(config, interval, context);
  }
  Dashboard(config, interval, context).run();
  return status_after_signal();
}

}  // namespace mlops::app
