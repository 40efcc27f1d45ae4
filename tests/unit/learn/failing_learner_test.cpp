// A learner that throws or runs out of memory costs its own trials and nothing else.
#include <doctest/doctest.h>

#include <new>
#include <stdexcept>

#include "base/error.hpp"
#include "learn/leaderboard.hpp"
#include "learn/search.hpp"
#include "unit/learn/synthetic.hpp"

using namespace mlops;

namespace {

enum class Trouble { error, foreign, memory };

class FailingLearner final : public learn::Learner {
 public:
  explicit FailingLearner(Trouble trouble) : trouble_(trouble) {}
  [[nodiscard]] model::Member fit(const learn::Sample&, const learn::FitHints&,
                                  const learn::FitContext&) const override {
    if (trouble_ == Trouble::memory) throw std::bad_alloc();
    if (trouble_ == Trouble::foreign) throw std::runtime_error("singular matrix");
    throw Error(ErrorKind::internal, "learn.dlib", "dlib failed: no convergence");
  }

 private:
  Trouble trouble_;
};

/// Searches four trials (linear ones and boosters) where linear learners fail, or all do.
learn::SearchResult search_with(Trouble trouble, bool all_fail, const learn::Dataset& dataset) {
  auto options = test::quick_options(4);
  options.metric = data::Metric::log_loss;
  const CancelToken cancel;
  const auto rows = test::first_rows(dataset.size());
  learn::SearchRequest request{.dataset = dataset,
                               .rows = {rows.begin(), rows.end()},
                               .options = options,
                               .shape = learn::search_shape(rows.size(), options),
                               .max_trials = 4,
                               .cancel = cancel};
  request.learner_of =
      [&](const learn::TrialParameters& parameters) -> std::unique_ptr<learn::Learner> {
    const bool dummy = std::holds_alternative<learn::DummyParameters>(parameters);
    const bool linear = std::holds_alternative<learn::LinearParameters>(parameters);
    if (!dummy && (linear || all_fail)) return std::make_unique<FailingLearner>(trouble);
    return learn::make_learner(parameters);
  };
  return learn::search(request);
}

}  // namespace

TEST_SUITE("learn/failing_learner") {
  TEST_CASE("the others go on and the leaderboard says what happened") {
    struct Case {
      Trouble trouble;
      const char* failure;
    };
    const Case cases[] = {{Trouble::error, "dlib failed: no convergence"},
                          {Trouble::foreign, "singular matrix"},
                          {Trouble::memory, "out of memory"}};
    const auto labelled = test::make_labelled(data::Task::binary, 200, 3);
    const auto dataset = test::dataset_of(labelled);
    for (const auto& c : cases) {
      CAPTURE(c.failure);
      const auto found = search_with(c.trouble, false, dataset);
      CHECK(found.n_trials == 4);
      const auto board = learn::make_leaderboard(found, {});
      std::size_t n_failed = 0;
      for (const auto& entry : board) {
        CHECK((entry.learner == "linear") == (entry.failure == c.failure));
        n_failed += entry.failure.empty() ? 0U : 1U;
        if (entry.weight > 0) CHECK(entry.learner == "xgboost");
      }
      CHECK(n_failed == 3);
      CHECK(board.front().learner == "xgboost");
    }
  }

  TEST_CASE("when every learner fails the dummy is what is left") {
    const auto labelled = test::make_labelled(data::Task::binary, 200, 3);
    const auto dataset = test::dataset_of(labelled);
    const auto found = search_with(Trouble::memory, true, dataset);
    CHECK(found.members.size() == 1);
    CHECK(found.candidates[found.members[0].candidate].trial.name == "DUMMY");
  }
}
