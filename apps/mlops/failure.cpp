#include "failure.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "render/style.hpp"

namespace mlops::app {

std::string failure_text(const Error& error, const render::Capabilities& capabilities) {
  using render::Role;
  using render::styled;
  const std::string label = fmt::format("error[{}]:", error.code());
  std::string text = styled(Role::critical, label, capabilities) + " " + error.what() + "\n";
  if (!error.hint().empty()) {
    text += styled(Role::identifier, "hint:", capabilities) + " " + error.hint() + "\n";
  }
  return text;
}

std::string failure_json(const Error& error, int exit_status) {
  Json body = Json::object();
  body["kind"] = to_string(error.kind());
  body["code"] = error.code();
  body["message"] = error.what();
  body["hint"] = error.hint();
  body["exit_status"] = exit_status;
  Json document = Json::object();
  document["error"] = std::move(body);
  return dump_json(document) + "\n";
}

}  // namespace mlops::app
