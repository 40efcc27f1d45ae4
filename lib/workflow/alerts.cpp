#include "workflow/alerts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace mlops::workflow {
namespace {

std::vector<std::string> names_of(const registry::Registry& registry,
                                  const std::optional<std::string>& model) {
  if (!model) return registry.names();
  static_cast<void>(registry.versions(*model));  // not_found with did-you-mean
  return {*model};
}

std::vector<observe::Alert> alerts_of(const registry::Registry& registry, const std::string& name,
                                      Timestamp since) {
  const observe::ObservationStore store(registry.observations_path(name), SqliteOpen::read_only,
                                        observe::LogSync::off);
  return observe::stored_alerts(store, since);
}

int urgency(const observe::Alert& alert) {
  if (alert.state == "resolved") return 2;
  return alert.severity == "critical" ? 0 : 1;
}

/// Every alert of that id, open or resolved.
std::vector<ModelAlert> alerts_with_id(const registry::Registry& registry,
                                       const AcknowledgeConfig& config) {
  std::vector<ModelAlert> found;
  for (const std::string& name : names_of(registry, config.model))
    for (observe::Alert& alert : alerts_of(registry, name, {}))
      if (alert.id == config.id) found.push_back({name, std::move(alert)});
  return found;
}

/// The model that is meant: the only one with that id, or the only one where it is not resolved.
std::string model_of(const std::vector<ModelAlert>& found, std::int64_t id) {
  if (found.empty())
    throw Error(ErrorKind::not_found, "alert.not_found", fmt::format("no alert has the id {}", id),
                "mlops alerts lists them");
  std::vector<std::string> open;
  for (const ModelAlert& entry : found)
    if (entry.alert.state != "resolved") open.push_back(entry.model);
  if (found.size() == 1 || open.size() == 1)
    return open.empty() ? found.front().model : open.front();
  throw Error(ErrorKind::invalid_argument, "alert.ambiguous",
              fmt::format("alert {} could be of {}", id, fmt::join(open, " or ")),
              fmt::format("mlops alerts ack {} --model {}", id,
                          open.empty() ? found.front().model : open.front()));
}

}  // namespace

std::vector<ModelAlert> alerts(const AlertsConfig& config, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const Timestamp since{environment.clock.now().micros - config.range_micros};
  std::vector<ModelAlert> result;
  for (const std::string& name : names_of(registry, config.model))
    for (observe::Alert& alert : alerts_of(registry, name, since))
      result.push_back({name, std::move(alert)});
  std::stable_sort(result.begin(), result.end(), [](const ModelAlert& a, const ModelAlert& b) {
    if (urgency(a.alert) != urgency(b.alert)) return urgency(a.alert) < urgency(b.alert);
    return a.alert.changed_at > b.alert.changed_at;
  });
  return result;
}

ModelAlert acknowledge(const AcknowledgeConfig& config, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const std::vector<ModelAlert> found = alerts_with_id(registry, config);
  const std::string model = model_of(found, config.id);
  const bool was_firing = std::any_of(found.begin(), found.end(), [&](const ModelAlert& entry) {
    return entry.model == model && entry.alert.state == "firing";
  });
  observe::ObservationStore store(registry.observations_path(model), SqliteOpen::read_write_create,
                                  observe::LogSync::full);
  ModelAlert result{model, observe::acknowledge_alert(store, config.id, environment.clock.now())};
  if (was_firing)
    registry.append_event(model,
                          {.type = "alert",
                           .message = fmt::format("acknowledged: {}", result.alert.message),
                           .evidence = {{"id", result.alert.id}, {"rule", result.alert.rule}}});
  return result;
}

}  // namespace mlops::workflow
