// A whole server on a free port, over a registry with model "churn", running in a thread.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "base/cancel.hpp"
#include "raw_client.hpp"
#include "serve/server.hpp"
#include "serving_registry.hpp"

namespace mlops::test {

inline const std::string kChurnRow = R"({"tenure":10,"plan":"basic","active":"Yes"})";

class RunningServer {
 public:
  explicit RunningServer(serve::ServerConfig config = {}, Reference reference = Reference::none) {
    stored.deploy("churn", stored.publish("churn", 1.0, reference));
    config.registry_root = stored.root();
    config.port = 0;
    config.access_log = serve::AccessLog::off;
    server_ = std::make_unique<serve::Server>(std::move(config), stored.clock(), null_log_sink());
    thread_ = std::thread([this] { server_->run(stop_); });
  }
  ~RunningServer() { stop(); }

  void request_stop() { stop_.request(); }
  void stop() {
    stop_.request();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] RawClient connect() const { return RawClient(port()); }

  /// One request on a connection of its own; everything until the server closes.
  [[nodiscard]] std::string exchange(std::string_view bytes) const {
    RawClient client = connect();
    client.send(bytes);
    client.finish_sending();
    return client.read_all();
  }

  ServingRegistry stored;

 private:
  CancelToken stop_;
  std::unique_ptr<serve::Server> server_;
  std::thread thread_;
};

inline std::string get_bytes(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "\r\n";
}

inline std::string post_bytes(std::string_view path, std::string_view body,
                              std::string_view more = "") {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" +
         "Content-Type: application/json\r\n" + std::string(more) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

inline std::string predict_bytes(std::string_view body = kChurnRow) {
  return post_bytes("/v1/models/churn/predict", body);
}

}  // namespace mlops::test
