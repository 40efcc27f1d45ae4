#include "workflow/failure.hpp"

#include <fmt/format.h>

#include "workflow/notification.hpp"

namespace mlops::workflow {
namespace {

void report(std::string_view action, std::string_view model, const Error& error,
            const Environment& environment) {
  const registry::Registry registry = environment.registry();
  if (!registry.exists(model)) return;
  const std::string text = fmt::format("{}ing of {} failed: {}", action, model, error.what());
  const Json evidence{
      {"action", action}, {"kind", to_string(error.kind())}, {"code", error.code()}};
  registry.append_event(model, {.type = "failed", .message = text, .evidence = evidence});
  if (error.kind() == ErrorKind::interrupted) return;
  const Timestamp now = environment.clock.now();
  notify_channels(registry, model,
                  {.model = std::string(model),
                   .version = registry.aliases(model).champion.value_or(0),
                   .rule = "failure",
                   .subject = std::string(action),
                   .severity = "warning",
                   .status = "firing",
                   .text = text + "; the current champion stays",
                   .next_command = fmt::format("mlops history {}", model),
                   .since = now,
                   .changed_at = now,
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
