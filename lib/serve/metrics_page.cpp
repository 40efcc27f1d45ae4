#include "serve/metrics_page.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "serve/api_context.hpp"
#include "serve/codec/json_text.hpp"
#include "serve/route.hpp"

namespace mlops::serve {
namespace {

/// Appends families in the text format.
class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
    name_ = name;
  }
  void sample(std::string_view labels, double value, std::string_view suffix = "") {
    text_ += name_;
    text_ += suffix;
    if (!labels.empty()) fmt::format_to(std::back_inserter(text_), "{{{}}}", labels);
    text_ += ' ';
    text_ += fmt::format("{}\n", value);
  }
  void histogram(std::string_view labels, const DurationHistogram& histogram) {
    const auto counts = histogram.counts();
    const std::string_view comma = labels.empty() ? "" : ",";
    std::uint64_t cumulated = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      cumulated += counts[i];
      const std::string bound = i < DurationHistogram::kBucketSeconds.size()
                                    ? fmt::format("{}", DurationHistogram::kBucketSeconds[i])
                                    : "+Inf";
      sample(fmt::format("{}{}le=\"{}\"", labels, comma, bound), as_double(cumulated), "_bucket");
    }
    sample(labels, histogram.sum_seconds(), "_sum");
    sample(labels, as_double(cumulated), "_count");
  }
  static double as_double(std::uint64_t n) { return static_cast<double>(n); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string_view name_;
};

/// name="value" with the value escaped; JSON's escapes are the format's.
std::string label(std::string_view name, std::string_view value) {
  std::string text(name);
  text += '=';
  codec::append_string(text, value);
  return text;
}

std::string_view endpoint_of(std::size_t route) {
  return route < routes().size() ? routes()[route].pattern : "none";
}

void write_requests(Page& page, const ApiContext& context) {
  page.family("mlops_requests_total", "counter", "Requests answered, by route and status.");
  for (std::size_t r = 0; r < context.route_counters.size(); ++r) {
    const auto& by_status = context.route_counters[r].by_status;
    for (std::size_t s = 0; s < by_status.size(); ++s) {
      if (by_status[s] == 0) continue;
      page.sample(fmt::format("endpoint=\"{}\",code=\"{}\"", endpoint_of(r), s + 100),
                  static_cast<double>(by_status[s].load()));
    }
  }
  page.family("mlops_request_duration_seconds", "histogram",
              "From the first byte of a request to its answer.");
  for (std::size_t r = 0; r < routes().size(); ++r)
    page.histogram(fmt::format("endpoint=\"{}\"", endpoint_of(r)),
                   context.route_counters[r].duration);
  page.family("mlops_requests_in_flight", "gauge", "Requests read and not yet answered.");
  page.sample("", static_cast<double>(context.requests_in_flight.load()));
}

void write_connections(Page& page, const LoopCounters& loop) {
  page.family("mlops_connections_open", "gauge", "Connections open now.");
  page.sample("", Page::as_double(loop.connections_open));
  page.family("mlops_connections_total", "counter", "Connections by what became of them.");
  page.sample("result=\"accepted\"", Page::as_double(loop.connections_accepted));
  page.sample("result=\"refused\"", Page::as_double(loop.connections_refused));
  page.sample("result=\"evicted\"", Page::as_double(loop.connections_evicted));
  page.family("mlops_event_streams", "gauge", "Listeners of the event stream.");
  page.sample("", Page::as_double(loop.event_streams));
}

template <typename Value>
void per_model(Page& page, const ModelMap& models, std::string_view name, std::string_view type,
               std::string_view help, Value value) {
  page.family(name, type, help);
  for (const auto& [model, live] : models)
    page.sample(label("model", model), Page::as_double(value(*live)));
}

void write_predictions(Page& page, const ModelMap& models) {
  page.family("mlops_model_info", "gauge", "The versions that answer; always 1.");
  for (const auto& [name, live] : models) {
    page.sample(fmt::format("{},version=\"{}\",alias=\"champion\"", label("model", name),
                            live->champion->manifest.version),
                1);
    if (live->challenger)
      page.sample(fmt::format("{},version=\"{}\",alias=\"challenger\"", label("model", name),
                              live->challenger->version->manifest.version),
                  1);
  }
  page.family("mlops_predictions_total", "counter", "Rows scored, by version and role.");
  for (const auto& [name, live] : models) {
    for (const auto& count : live->traffic->counters.versions())
      page.sample(fmt::format("{},version=\"{}\",role=\"{}\"", label("model", name), count.version,
                              observe::to_string(count.role)),
                  Page::as_double(count.predictions));
  }
  page.family("mlops_scoring_duration_seconds", "histogram",
              "From the first byte of a scoring request to its handing over to the log.");
  for (const auto& [name, live] : models)
    page.histogram(label("model", name), live->traffic->counters.scoring);
  per_model(page, models, "mlops_prediction_errors_total", "counter",
            "Scoring requests answered with an error.",
            [](const LiveModel& m) { return m.traffic->counters.requests_failed.load(); });
  per_model(page, models, "mlops_values_rejected_total", "counter",
            "Values that did not fit the model's columns.",
            [](const LiveModel& m) { return m.traffic->counters.rows_rejected.load(); });
  per_model(page, models, "mlops_model_load_failures_total", "counter",
            "Versions refused because they could not be loaded or failed their self-test.",
            [](const LiveModel& m) { return m.traffic->counters.load_failures.load(); });
  per_model(page, models, "mlops_shadow_dropped_total", "counter", "Rows a shadow had no time for.",
            [](const LiveModel& m) { return m.traffic->counters.shadow_dropped.load(); });
}

void write_log(Page& page, const ModelMap& models) {
  per_model(page, models, "mlops_log_records_total", "counter", "Predictions in the log.",
            [](const LiveModel& m) { return m.traffic->log.counters().rows_logged; });
  per_model(page, models, "mlops_log_failed_total", "counter",
            "Predictions that could not be logged.",
            [](const LiveModel& m) { return m.traffic->log.counters().rows_failed; });
  per_model(page, models, "mlops_log_failing", "gauge",
            "1 while the last predictions could not be logged.",
            [](const LiveModel& m) -> std::uint64_t {
              return m.traffic->log_condition.failing() ? 1 : 0;
            });
  per_model(page, models, "mlops_log_dropped_total", "counter",
            "Predictions answered although they could not be logged.",
            [](const LiveModel& m) { return m.traffic->counters.not_logged.load(); });
  per_model(page, models, "mlops_log_commits_total", "counter", "Groups committed to the log.",
            [](const LiveModel& m) { return m.traffic->log.counters().commits; });
  per_model(page, models, "mlops_log_queue_blocks", "gauge", "Requests waiting for the log.",
            [](const LiveModel& m) { return m.traffic->log.counters().queued_blocks; });
}

void write_feedback(Page& page, const ModelMap& models) {
  constexpr std::string_view kResults[] = {"accepted", "duplicate", "corrected", "unknown"};
  page.family("mlops_feedback_total", "counter", "Pieces of ground truth, by what they were.");
  for (const auto& [name, live] : models) {
    for (std::size_t i = 0; i < std::size(kResults); ++i)
      page.sample(fmt::format("{},result=\"{}\"", label("model", name), kResults[i]),
                  Page::as_double(live->traffic->counters.feedback[i]));
  }
}

}  // namespace

std::string metrics_page(const ApiContext& context) {
  Page page;
  const auto models = context.slot.models();
  page.family("mlops_models", "gauge", "Models that answer.");
  page.sample("", static_cast<double>(models->size()));
  page.family("mlops_start_time_seconds", "gauge", "When this process started to serve.");
  page.sample("", context.started_at.seconds());
  write_requests(page, context);
  if (context.loop_counters != nullptr) write_connections(page, *context.loop_counters);
  write_predictions(page, *models);
  write_log(page, *models);
  write_feedback(page, *models);
  return page.take();
}

}  // namespace mlops::serve
