// What a webhook was told, and whether a person could act on it.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "unit/notify/receiver.hpp"

namespace mlops::test {

/// The documents that a receiver got, in order.
inline std::vector<Json> told_to(const Receiver& receiver) {
  std::vector<Json> bodies;
  for (const std::string& request : receiver.requests())
    bodies.push_back(parse_json(request.substr(request.find("\r\n\r\n") + 4), "webhook"));
  return bodies;
}

/// Checks that a message names its model, cause, evidence, since when, and a command to go on with.
inline void check_is_for_people(const Json& body, const std::string& model) {
  CAPTURE(dump_json(body));
  CHECK(body["schema"] == "mlops/alert/v1");
  CHECK(body["model"] == model);
  CHECK(body["version"].get<int>() > 0);
  CHECK(!body["subject"].get<std::string>().empty());
  CHECK(body["message"].get<std::string>().size() > 30);
  CHECK(body["next_command"].get<std::string>().starts_with("mlops "));
  CHECK(!body["evidence"].empty());
  CHECK(!body["host"].get<std::string>().empty());
  CHECK(body["registry"].get<std::string>().starts_with("/"));
  const std::string since = body["since"];
  const std::string changed = body["changed_at"];
  CHECK(since > "2020");
  CHECK(changed >= since);
}

}  // namespace mlops::test
