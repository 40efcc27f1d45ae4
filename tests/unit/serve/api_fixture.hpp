// The API over a registry with model "churn", without a socket.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "serve/api.hpp"
#include "serve/registry_follower.hpp"
#include "serving_registry.hpp"

namespace mlops::test {

using serve::Api;
using serve::ApiContext;
using serve::FollowerConfig;
using serve::Header;
using serve::Method;
using serve::RegistryFollower;
using serve::Request;
using serve::Response;
using serve::ServerConfig;

/// Everything behind the sockets; requests are answered one after another.
struct ApiFixture {
  explicit ApiFixture(ServerConfig server_config = {}) : config(std::move(server_config)) {
    config.registry_root = stored.root();
    stored.deploy("churn", stored.publish("churn", 1.0));
    context = std::make_unique<ApiContext>(config, stored.clock(), null_log_sink());
    follower = std::make_unique<RegistryFollower>(context->registry, FollowerConfig{},
                                                  stored.clock(), null_log_sink(), context->slot);
    follower->poll();
    api = std::make_unique<Api>(*context);
  }

  Response send(Method method, const std::string& path, const std::string& body = "",
                std::vector<Header> headers = {}) const {
    Request request{.method = method, .target = path, .headers = std::move(headers), .body = body};
    const std::size_t question = std::min(path.find('?'), path.size());
    request.path = path.substr(0, question);
    request.query = path.substr(std::min(path.size(), question + 1));
    request.received_at = std::chrono::steady_clock::now();
    return api->handle(std::move(request));
  }
  Response post(const std::string& path, const std::string& body,
                std::vector<Header> headers = {}) const {
    return send(Method::post, path, body, std::move(headers));
  }
  Response get(const std::string& path) const { return send(Method::get, path); }

  test::ServingRegistry stored;
  ServerConfig config;
  std::unique_ptr<ApiContext> context;
  std::unique_ptr<RegistryFollower> follower;
  std::unique_ptr<Api> api;
};

inline Json body_of(const Response& response) {
  return parse_json(response.body, "answer");
}

}  // namespace mlops::test
