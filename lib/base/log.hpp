// Structured events for operators. lib/ never writes to stderr itself: it hands records to a sink
// that the application chose (JSON lines on stderr for serve, nothing in tests).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlops {

enum class LogLevel { debug, info, warning, error };

std::string_view to_string(LogLevel level) noexcept;

/// One record: a level, a short stable event name, and fields already rendered as text.
struct LogRecord {
  LogLevel level = LogLevel::info;
  std::string event;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// Where records go. Called from any thread; must not throw.
using LogSink = std::function<void(const LogRecord&)>;

/// A sink that drops everything.
[[nodiscard]] LogSink null_log_sink();

/// One JSON object on one line, without a trailing newline: time, level, event, then the fields.
[[nodiscard]] std::string to_json_line(const LogRecord& record, std::string_view rfc3339_time);

}  // namespace mlops
