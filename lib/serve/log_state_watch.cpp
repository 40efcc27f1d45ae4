#include "serve/log_state_watch.hpp"

#include <utility>

namespace mlops::serve {

LogStateWatch::LogStateWatch(const ModelSlot& slot, LogSink log,
                             std::function<void(const LogStateChange&)> listener)
    : slot_(&slot), log_(std::move(log)), listener_(std::move(listener)) {}

void LogStateWatch::look() {
  const auto models = slot_->models();
  for (const auto& [name, model] : *models) {
    const bool failing = model->traffic->log_condition.failing();
    if (std::exchange(failing_[name], failing) == failing) continue;
    const LogStateChange change{.model = name,
                                .version = model->champion->manifest.version,
                                .failing = failing,
                                .reason = model->traffic->log_condition.reason(),
                                .n_failed = model->traffic->log.counters().rows_failed};
    log_({failing ? LogLevel::error : LogLevel::warning,
          failing ? "prediction_log_failing" : "prediction_log_recovered",
          {{"model", name},
           {"error", change.reason},
           {"rows_failed", std::to_string(change.n_failed)}}});
    if (listener_) listener_(change);
  }
}

}  // namespace mlops::serve
