// Killed at random moments under load: what was answered is in the log, once, as it was answered.
// MLOPS_KILLS says how often; 3 unless it is set.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/json.hpp"
#include "observe/prediction_id.hpp"
#include "observe/store.hpp"
#include "server_process.hpp"

namespace mlops::test {
namespace {

constexpr int kClients = 64;

int n_kills() {
  const char* text = std::getenv("MLOPS_KILLS");
  return text == nullptr ? 3 : std::atoi(text);
}

/// What a client was told about one prediction.
struct Answered {
  double tenure = 0;  ///< what it had sent
  double probability = 0;
};

/// Everything any client was told, by prediction id.
class Ledger {
 public:
  void add(std::int64_t id, Answered answered) {
    const std::lock_guard lock(mutex_);
    doubled_ = doubled_ || !answers_.emplace(id, answered).second;
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return answers_.size();
  }
  [[nodiscard]] bool doubled() const { return doubled_; }
  [[nodiscard]] const std::map<std::int64_t, Answered>& answers() const { return answers_; }

 private:
  mutable std::mutex mutex_;
  std::map<std::int64_t, Answered> answers_;
  bool doubled_ = false;
};

/// Asks until the connection breaks.
void ask(std::uint16_t port, int client_number, Ledger& ledger) {
  RawClient client(port);
  for (int i = 0;; ++i) {
    const double tenure = (client_number * 1000 + i % 1000) / 1000.0;
    if (!client.send(http_post("/v1/models/churn/predict",
                               fmt::format(R"({{"tenure":{},"plan":"pro"}})", tenure))))
      return;
    const std::string answer = client.read_answer();
    if (status_of(answer) != 200) return;
    const Json row =
        parse_json(answer.substr(answer.find("\r\n\r\n") + 4), "answer")["predictions"][0];
    const auto id = observe::parse_prediction_id(row["id"].get<std::string>());
    ledger.add(id.value_or(-1), {tenure, row["probabilities"]["Yes"].get<double>()});
  }
}

void load_and_kill(const std::filesystem::path& registry, Ledger& ledger,
                   std::chrono::milliseconds after) {
  ServerProcess server({.registry = registry, .options = {"--access-log", "off"}});
  const std::size_t before = ledger.size();
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i)
    clients.emplace_back([&, i] { ask(server.port(), i, ledger); });
  CHECK(eventually([&] { return ledger.size() > before; }));
  std::this_thread::sleep_for(after);  // the random moment
  server.process().signal(SIGKILL);
  CHECK(server.process().wait() == 128 + SIGKILL);
  for (std::thread& client : clients) client.join();
}

}  // namespace

TEST_SUITE("api/durability") {
  TEST_CASE("every answered prediction is in the log once, with its inputs and output") {
    ServingRegistry stored;
    stored.deploy("churn", stored.publish("churn", 1.0));
    Ledger ledger;
    std::mt19937 random(20240607);
    std::uniform_int_distribution<int> moment(0, 200);
    const int kills = n_kills();
    for (int i = 0; i < kills; ++i)
      load_and_kill(stored.root(), ledger, std::chrono::milliseconds(moment(random)));

    std::map<std::int64_t, int> logged;
    std::size_t wrong = 0;
    const observe::ObservationStore store(stored.registry().observations_path("churn"),
                                          SqliteOpen::read_only, observe::LogSync::off);
    store.for_each_block({}, 0, [&](const observe::PredictionBlock& block) {
      for (std::size_t row = 0; row < block.ids.size(); ++row) {
        ++logged[block.ids[row]];
        const auto told = ledger.answers().find(block.ids[row]);
        if (told == ledger.answers().end()) continue;  // logged, but killed before the answer
        const double tenure = block.rows.cells[row * block.rows.n_features];
        const double probability = block.predictions.probabilities_of(row)[1];
        if (tenure != told->second.tenure || probability != told->second.probability) ++wrong;
      }
    });
    std::size_t lost = 0;
    std::size_t repeated = 0;
    for (const auto& [id, answered] : ledger.answers()) lost += logged.contains(id) ? 0U : 1U;
    for (const auto& [id, n] : logged) repeated += n > 1 ? 1U : 0U;
    MESSAGE(fmt::format("{} kills, {} predictions answered, {} logged", kills,
                        ledger.answers().size(), logged.size()));
    CHECK(ledger.answers().size() >= static_cast<std::size_t>(kills));
    CHECK_FALSE(ledger.doubled());
    CHECK(lost == 0);
    CHECK(repeated == 0);
    CHECK(wrong == 0);
  }
}

}  // namespace mlops::test
