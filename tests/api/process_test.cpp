// The server as init systems and operators treat it: signals, ports, tokens, notification.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "observe/store.hpp"
#include "server_process.hpp"

namespace mlops::test {
namespace {

const std::string kPredict =
    http_post("/v1/models/churn/predict", R"({"tenure":10,"plan":"basic","active":"Yes"})");

struct DeployedRegistry : ServingRegistry {
  DeployedRegistry() { deploy("churn", publish("churn", 1.0)); }

  [[nodiscard]] std::uint64_t logged_rows() const {
    const observe::ObservationStore store(registry().observations_path("churn"),
                                          SqliteOpen::read_only, observe::LogSync::off);
    return store.n_predictions();
  }
};

/// Clients that ask as fast as they can until the server closes or says it will.
class Load {
 public:
  Load(const ServerProcess& server, int n_clients) {
    for (int i = 0; i < n_clients; ++i)
      clients_.emplace_back([this, port = server.port()] { ask(port); });
  }
  ~Load() { join(); }
  void join() {
    for (std::thread& client : clients_) {
      if (client.joinable()) client.join();
    }
  }

  std::atomic<std::uint64_t> answered{0};
  std::atomic<std::uint64_t> lost{0};  ///< sent on an open connection and not answered with 200

 private:
  void ask(std::uint16_t port) {
    RawClient client(port);
    for (bool open = true; open;) {
      if (!client.send(kPredict)) return;
      const std::string answer = client.read_answer();
      if (status_of(answer) != 200) {
        // A keep-alive connection that was closed while quiet: no answer at all, and none begun.
        if (!answer.empty()) ++lost;
        return;
      }
      ++answered;
      open = answer.find("Connection: close") == std::string::npos;
    }
  }

  std::vector<std::thread> clients_;
};

/// The socket on which a service manager listens.
class ManagerSocket {
 public:
  explicit ManagerSocket(const std::filesystem::path& path)
      : descriptor_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~ManagerSocket() { ::close(descriptor_); }

  /// Waits for a message; "" when none comes.
  [[nodiscard]] std::string next() const {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, 60'000) <= 0) return {};
    char text[256];
    const ssize_t n = ::recv(descriptor_, text, sizeof text, 0);
    return {text, static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
  }
  bool wait_for(std::string_view wanted) const {
    for (std::string message = next(); !message.empty(); message = next()) {
      if (message == wanted) return true;
    }
    return false;
  }

 private:
  int descriptor_;
};

}  // namespace

TEST_SUITE("api/process") {
  TEST_CASE("SIGTERM under load loses nothing that was sent, and ends with 0") {
    const DeployedRegistry stored;
    ServerProcess server({.registry = stored.root()});
    Load load(server, 8);
    CHECK(eventually([&] { return load.answered > 200; }));
    server.process().signal(SIGTERM);
    load.join();
    CHECK(server.process().wait() == 0);
    CHECK(load.lost == 0);
    CHECK(stored.logged_rows() == load.answered);
  }

  TEST_CASE("killed and started again at once on the same port, in the middle of connections") {
    const DeployedRegistry stored;
    auto server = std::make_unique<ServerProcess>(ServeCommand{.registry = stored.root()});
    const int port = server->port();
    for (int round = 0; round < 3; ++round) {
      std::vector<RawClient> open;
      for (int i = 0; i < 20; ++i) {
        open.push_back(server->connect());
        open.back().send(kPredict);
        CHECK(status_of(open.back().read_answer()) == 200);
      }
      server->process().signal(SIGKILL);
      CHECK(server->process().wait() == 128 + SIGKILL);
      server =
          std::make_unique<ServerProcess>(ServeCommand{.registry = stored.root(), .port = port});
      CHECK(server->port() == port);
    }
    RawClient client = server->connect();
    client.send(kPredict);
    CHECK(status_of(client.read_answer()) == 200);
    CHECK(stored.logged_rows() == 61);
  }

  TEST_CASE("a second server on the port ends with 7 and says why") {
    const DeployedRegistry stored;
    const ServerProcess first({.registry = stored.root()});
    const Finished second = run({.program = MLOPS_BINARY,
                                 .arguments = {"serve", "--registry", stored.root().string(),
                                               "--port", std::to_string(first.port())}});
    CHECK(second.status == 7);
    CHECK(second.out.empty());
    CHECK(second.err.find("serve.port_in_use") != std::string::npos);
    RawClient client = first.connect();
    client.send(kPredict);
    CHECK(status_of(client.read_answer()) == 200);
  }

  TEST_CASE("SIGHUP reads the token again, a token that cannot be read changes nothing") {
    const DeployedRegistry stored;
    const TempDirectory directory;
    const std::filesystem::path file = directory.path() / "token";
    write_file_atomically(file, "first\n");
    ServerProcess server({.registry = stored.root(), .options = {"--token-file", file.string()}});
    const auto status_with = [&](const char* token) {
      RawClient client = server.connect();
      client.send(http_get("/v1", std::string("Authorization: Bearer ") + token + "\r\n"));
      return status_of(client.read_answer());
    };
    CHECK(status_with("first") == 200);
    CHECK(status_with("second") == 401);
    write_file_atomically(file, "second\n");
    server.process().signal(SIGHUP);
    CHECK(eventually([&] { return status_with("second") == 200; }));
    CHECK(status_with("first") == 401);
    write_file_atomically(file, "\n");
    server.process().signal(SIGHUP);
    CHECK(eventually([&] { return server.log().find("token_not_reloaded") != std::string::npos; }));
    CHECK(status_with("second") == 200);
    CHECK(status_with("") == 401);
  }

  TEST_CASE("a service manager hears of readiness, a beating loop and the end") {
    const DeployedRegistry stored;
    const TempDirectory directory;
    const ManagerSocket manager(directory.path() / "notify");
    ServerProcess server({.registry = stored.root(),
                          .environment = {{"NOTIFY_SOCKET", (directory.path() / "notify").string()},
                                          {"WATCHDOG_USEC", "300000"}}});
    CHECK(manager.next() == "READY=1");
    for (int i = 0; i < 3; ++i) CHECK(manager.wait_for("WATCHDOG=1"));
    server.process().signal(SIGTERM);
    CHECK(manager.wait_for("STOPPING=1"));
    CHECK(server.process().wait() == 0);
  }

  TEST_CASE("the access log is one JSON object a request, at the level asked for") {
    const DeployedRegistry stored;
    for (const char* level : {"off", "errors", "all"}) {
      CAPTURE(level);
      ServerProcess server({.registry = stored.root(), .options = {"--access-log", level}});
      RawClient client = server.connect();
      client.send(http_get("/livez", "X-Request-Id: mine-1\r\n") +
                  http_get("/no\"where", "X-Request-Id: mine-2\r\n"));
      CHECK(status_of(client.read_answer()) == 200);
      CHECK(status_of(client.read_answer()) == 404);
      server.process().signal(SIGTERM);
      CHECK(server.process().wait() == 0);
      const std::string log = server.log();
      CHECK((log.find("mine-1") != std::string::npos) == (std::string_view(level) == "all"));
      CHECK((log.find("mine-2") != std::string::npos) == (std::string_view(level) != "off"));
      for (std::size_t at = 0; at < log.size(); at = log.find('\n', at) + 1)
        CHECK(parse_json(log.substr(at, log.find('\n', at) - at), "log").contains("event"));
    }
  }
}

}  // namespace mlops::test
