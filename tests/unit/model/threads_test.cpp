// One model, many threads: a server's event loop and its challenger's thread use it at once. Under
// the tsan preset this is where a race would show.
#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include "model/contribution.hpp"
#include "unit/model/sample_pipelines.hpp"

namespace mlops::model {

TEST_SUITE("model/threads") {
  TEST_CASE("threads that share a model get the answers that one thread gets") {
    constexpr std::size_t kThreads = 4;
    constexpr int kRounds = 20;
    const auto rows = test::sample_rows(60);
    for (const auto& sample : test::sample_pipelines()) {
      CAPTURE(sample.name);
      const auto expected = predict(sample.pipeline, rows);
      const auto explained = explain(sample.pipeline, rows, expected);
      std::vector<int> n_different(kThreads, 0);
      {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < kThreads; ++i) {
          threads.emplace_back([&, i] {
            for (int round = 0; round < kRounds; ++round) {
              const auto answers = predict(sample.pipeline, rows);
              const bool same = answers.values == expected.values &&
                                answers.probabilities == expected.probabilities &&
                                explain(sample.pipeline, rows, answers).values == explained.values;
              n_different[i] += same ? 0 : 1;
            }
          });
        }
      }
      CHECK(n_different == std::vector<int>(kThreads, 0));
    }
  }
}

}  // namespace mlops::model
