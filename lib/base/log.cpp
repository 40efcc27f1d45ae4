#include "base/log.hpp"

#include "base/json.hpp"

namespace mlops {

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

LogSink null_log_sink() {
  return [](const LogRecord&) {};
}

std::string to_json_line(const LogRecord& record, std::string_view rfc3339_time) {
  Json line{{"time", rfc3339_time}, {"level", to_string(record.level)}, {"event", record.event}};
  for (const auto& [key, value] : record.fields) line[key] = value;
  return dump_json(line);
}

}  // namespace mlops
