#include "serve/live_model.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/suggest.hpp"

namespace mlops::serve {

RefusalMap ModelSlot::refusals() const {
  const std::lock_guard lock(refusals_mutex_);
  return refusals_;
}

void ModelSlot::replace_refusals(RefusalMap refusals) {
  const std::lock_guard lock(refusals_mutex_);
  refusals_ = std::move(refusals);
}

std::shared_ptr<const LiveModel> ModelSlot::get(std::string_view name) const {
  const auto models = models_.load();
  if (const auto found = models->find(name); found != models->end()) return found->second;
  const RefusalMap refused = refusals();
  if (const auto found = refused.find(name); found != refused.end()) {
    throw Error(ErrorKind::unavailable, "serve.model_not_loaded",
                fmt::format("'{}' is deployed but cannot answer: {}", name, found->second.what()),
                found->second.hint());
  }
  std::vector<std::string> names;
  for (const auto& [known, model] : *models) names.push_back(known);
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) hint = "GET /v1/models lists the models that answer";
  throw Error(ErrorKind::not_found, "serve.model_not_found",
              fmt::format("no model '{}' is deployed here", name.substr(0, 100)), hint);
}

}  // namespace mlops::serve
