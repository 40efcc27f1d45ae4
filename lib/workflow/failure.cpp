#include "workflow/failure.hpp"

#include <fmt/format.h>

#include "workflow/notification.hpp"

namespace mlops::workflow {
namespace {

void report(std::string_view action, std::string_view model, const Error& error,
            const Environment& environment) {
  const registry::Registry registry = environment.registry();
  if (!registry.exists(model)) return;
  const std::string text = fmt::format("{} of {} failed: {}", action, model, error.what());
  const Json evidence{
      {"action", action}, {"kind", to_string(error.kind())}, {"code", error.code()}};
  registry.append_event(model, {.type = "failed", .message = text, .evidence = evidence});
  if (error.kind() == ErrorKind::interrupted) return;
  notify_channels(registry, model,
                  {.model = std::string(model),
                   .rule = "failure",
                   .subject = std::string(action),
                   .severity = "warning",
                   .status = "firing",
                   .text = text + "; the current champion stays",
                   .next_command = fmt::format("mlops history {}", model),
                   .since = environment.clock.now(),
                   .evidence = evidence});
}

}  // namespace

void record_failure(std::string_view action, std::string_view model, const Error& error,
                    const Environment& environment) noexcept {
  try {
    report(action, model, error, environment);
  } catch (const std::exception&) {
    // The original error reaches the caller; a second one (disk full again) adds nothing.
  }
}

}  // namespace mlops::workflow
