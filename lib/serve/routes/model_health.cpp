#include <fmt/format.h>

#include <functional>

#include "base/error.hpp"
#include "base/json.hpp"
#include "observe/timeline.hpp"
#include "observe/watched_version.hpp"
#include "serve/api_context.hpp"
#include "serve/health_watch.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
namespace {

std::int64_t duration_of(const Request& request, std::string_view parameter,
                         std::int64_t if_absent) {
  const auto text = request.query_parameter(parameter);
  if (!text) return if_absent;
  const auto micros = parse_duration_micros(*text);
  if (micros && *micros > 0) return *micros;
  throw Error(ErrorKind::invalid_argument, "http.bad_range",
              fmt::format("'{}' is not a range of time", text->substr(0, 100)),
              "write it as 90s, 15m, 6h, 30d or 2w");
}

/// The version a path's reference means, with what it is watched by.
struct Subject {
  std::shared_ptr<const LiveModel> model;
  std::shared_ptr<const observe::WatchedVersion> watched;
};

Subject find(ApiContext& context, const std::string& text) {
  const registry::ModelReference reference = registry::parse_model_reference(text);
  Subject subject{.model = context.slot.get(reference.name)};
  subject.watched = subject.model->watched;
  if (reference.selector.empty()) return subject;
  const registry::Version version = context.registry.resolve(reference);
  if (version == subject.model->champion->manifest.version) return subject;
  const registry::Manifest manifest = context.registry.manifest(reference.name, version);
  auto watched = std::make_shared<observe::WatchedVersion>(
      observe::read_watched_version(context.registry.version_directory(reference.name, version),
                                    reference.name, version, manifest.metadata));
  watched->deployed_at = manifest.created_at;
  subject.watched = std::move(watched);
  return subject;
}

Response cached(ApiContext& context, const Request& request, std::int64_t range,
                const std::function<Json(observe::HealthQuery)>& compute) {
  const auto body = context.answers.get(
      fmt::format("{}?{}", request.path, range), duration_of(request, "max_age", 0), context.clock,
      [&] { return dump_json(compute({.now = context.clock.now(), .range_micros = range})); });
  return {.headers = {{"Cache-Control", "no-store"}}, .body = *body};
}

}  // namespace

Response model_metrics(ApiContext& context, const Request& request,
                       const PathParameters& parameters) {
  const Subject subject = find(context, parameters.values[0]);
  return cached(context, request, duration_of(request, "range", kMicrosPerDay),
                [&](const observe::HealthQuery& query) {
                  return observe::to_json(assess_version(context.registry, *subject.model,
                                                         subject.watched.get(), query));
                });
}

Response model_timeline(ApiContext& context, const Request& request,
                        const PathParameters& parameters) {
  const Subject subject = find(context, parameters.values[0]);
  return cached(context, request, duration_of(request, "range", kMicrosPerDay),
                [&](const observe::HealthQuery& query) {
                  return observe::to_json(timeline_of_version(context.registry, *subject.model,
                                                              subject.watched.get(), query));
                });
}

}  // namespace mlops::serve::handlers
