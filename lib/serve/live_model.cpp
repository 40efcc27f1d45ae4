#include "serve/live_model.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/suggest.hpp"

namespace mlops::serve {

std::shared_ptr<const LiveModel> ModelSlot::get(std::string_view name) const {
  const auto models = models_.load();
  if (const auto found = models->find(name); found != models->end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, model] : *models) names.push_back(known);
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) hint = "GET /v1/models lists the models that answer";
  throw Error(ErrorKind::not_found, "serve.model_not_found",
              fmt::format("no model '{}' is deployed here", name.substr(0, 100)), hint);
}

}  // namespace mlops::serve
