#include "workflow/probation_shadow.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mlops::workflow {
namespace {

/// Type of the event that sets or clears a challenger, the same as of `mlops deploy --as
/// challenger`.
constexpr const char* kShadowEvent = "challenger";

/// The version that a probation made shadow its champion, if people have not changed that since.
std::optional<registry::Version> shadow_of_probation(const std::vector<registry::Event>& events,
                                                     const registry::Aliases& aliases) {
  if (!aliases.challenger || !aliases.challenger->shadow) return std::nullopt;
  const auto last = std::find_if(events.rbegin(), events.rend(), [](const registry::Event& event) {
    return event.type == kShadowEvent;
  });
  if (last == events.rend() || !last->evidence.contains("probation_of")) return std::nullopt;
  const auto version = last->evidence.value("version", registry::Version{0});
  return version == aliases.challenger->version ? std::optional(version) : std::nullopt;
}

/// Whether a challenger was set or taken away since a moment.
bool shadow_touched(const std::vector<registry::Event>& events, Timestamp since) {
  return std::any_of(events.begin(), events.end(), [&](const registry::Event& event) {
    return event.type == kShadowEvent && event.time >= since;
  });
}

void end_shadow(const std::string& model, registry::Version version,
                const registry::Registry& registry) {
  registry.set_challenger(
      model, std::nullopt,
      {.type = kShadowEvent,
       .message = fmt::format("{}@{} shadows no longer, the probation is over", model, version),
       .evidence = {{"version", version}}});
}

}  // namespace

void begin_shadow(const std::string& model, const Probation& probation,
                  const registry::Registry& registry) {
  if (registry.aliases(model).challenger) return;
  registry.set_challenger(
      model, registry::Challenger{.version = probation.predecessor, .shadow = true},
      {.type = kShadowEvent,
       .message = fmt::format("{0}@{1} shadows @{2} through its probation", model,
                              probation.predecessor, probation.champion),
       .evidence = {{"version", probation.predecessor}, {"probation_of", probation.champion}}});
}

void keep_shadow(const std::string& model, const std::vector<registry::Event>& events,
                 const std::optional<Probation>& open, const registry::Registry& registry) {
  const registry::Aliases aliases = registry.aliases(model);
  const auto shadow = shadow_of_probation(events, aliases);
  if (!open && shadow) end_shadow(model, *shadow, registry);
  if (open && !aliases.challenger && !shadow_touched(events, open->since))
    begin_shadow(model, *open, registry);
}

}  // namespace mlops::workflow
