#include "learn/train.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "unit/learn/synthetic.hpp"

using namespace mlops;
using data::Task;
using learn::TrainingOptions;

namespace {

constexpr Task kTasks[] = {Task::binary, Task::multiclass, Task::regression};

}  // namespace

TEST_SUITE("learn/train") {
  TEST_CASE("every task beats its dummy on rows it never saw") {
    for (const auto task : kTasks) {
      CAPTURE(to_string(task));
      const auto labelled = test::make_labelled(task, 1200, 1);
      const auto result = test::train_quietly(labelled, test::quick_options(3));
      CHECK(result.metric.value < 0.9 * result.dummy.value);
      CHECK(result.metric.lower <= result.metric.value);
      CHECK(result.metric.upper >= result.metric.value);
      CHECK(result.metric.n == result.held_out_rows.size());
      CHECK(result.held_out_rows.size() == 240);
      CHECK(result.held_out_predictions.n_rows == 240);
      CHECK(std::is_sorted(result.held_out_rows.begin(), result.held_out_rows.end()));
      CHECK(result.n_trials == 3);
      double weight = 0;
      for (const auto& entry : result.leaderboard) weight += entry.weight;
      CHECK(weight == doctest::Approx(1));
      CHECK(result.leaderboard.back().learner == "dummy");
      CHECK(result.importance.size() == 5);
      CHECK(result.importance[0].importance > result.importance[2].importance);
      CHECK(result.importance[0].lower > 0);
    }
  }

  TEST_CASE("the held-out predictions are not those of the deployed model") {
    const auto labelled = test::make_labelled(Task::regression, 1200, 1);
    const auto result = test::train_quietly(labelled, test::quick_options(3));
    const auto rows =
        result.model.conformer().from_table(labelled.table.select_rows(result.held_out_rows));
    CHECK(result.model.predict(rows).values != result.held_out_predictions.values);
  }

  TEST_CASE("below 1,000 rows every row is scored by cross-validation") {
    for (const auto task : kTasks) {
      CAPTURE(to_string(task));
      const auto labelled = test::make_labelled(task, 150, 2);
      const auto result = test::train_quietly(labelled, test::quick_options(1));
      CHECK(result.held_out_rows.size() == 150);
      CHECK(result.held_out_predictions.n_rows == 150);
      CHECK(result.metric.value < result.dummy.value);
    }
  }

  TEST_CASE("the same seed gives the same bytes, whatever the threads and the clock") {
    for (const auto task : kTasks) {
      CAPTURE(to_string(task));
      const auto labelled = test::make_labelled(task, 200, 3);
      auto options = test::quick_options(4);
      options.held_out_rows = {0, 7, 50, 51, 120, 199};
      const auto first = test::train_quietly(labelled, options);
      CHECK(test::bytes_of(test::train_quietly(labelled, options)) == test::bytes_of(first));
      options.threads = 3;
      CHECK(test::bytes_of(test::train_quietly(labelled, options)) == test::bytes_of(first));
      options.time_limit_seconds = 1e6;
      const auto timed = test::train_quietly(labelled, options);
      CHECK(test::bytes_of(timed) == test::bytes_of(first));
      options.seed = 43;
      CHECK(test::bytes_of(test::train_quietly(labelled, options)) != test::bytes_of(first));
    }
  }

  TEST_CASE("a training the clock ended is repeated by its number of trials") {
    const auto labelled = test::make_labelled(Task::binary, 1500, 4);
    TrainingOptions options;
    options.preset = learn::Preset::fast;
    options.threads = 2;
    options.time_limit_seconds = 0.05;
    const auto timed = test::train_quietly(labelled, options);
    CHECK(timed.n_trials >= 1);
    options.time_limit_seconds.reset();
    options.max_trials = timed.n_trials;
    const auto replayed = test::train_quietly(labelled, options);
    CHECK(replayed.n_trials == timed.n_trials);
    CHECK(test::bytes_of(replayed) == test::bytes_of(timed));
    CHECK(replayed.recipe["trials"] == timed.recipe["trials"]);
  }

  TEST_CASE("given held-out rows are the ones that score") {
    const auto labelled = test::make_labelled(Task::regression, 300, 5);
    auto options = test::quick_options(2);
    options.held_out_rows = std::vector<std::size_t>{};
    for (std::size_t row = 0; row < 60; ++row) options.held_out_rows->push_back(5 * row);
    const auto result = test::train_quietly(labelled, options);
    CHECK(result.held_out_rows == *options.held_out_rows);
    options.held_out_rows = std::vector<std::size_t>{};
    CHECK_THROWS_AS((void)test::train_quietly(labelled, options), Error);
  }

  TEST_CASE("with a time column the latest rows score") {
    auto labelled = test::make_labelled(Task::regression, 1200, 6);
    for (std::size_t row = 0; row < 1200; ++row) {
      labelled.table.columns[2].numbers[row] = static_cast<double>((row * 7) % 1200);
    }
    auto options = test::quick_options(2);
    options.time_column = "x2";
    const auto result = test::train_quietly(labelled, options);
    const std::set<std::size_t> held_out(result.held_out_rows.begin(), result.held_out_rows.end());
    for (std::size_t row = 0; row < 1200; ++row) {
      const bool late = labelled.table.columns[2].numbers[row] >= 960;
      CHECK(held_out.contains(row) == late);
    }
  }

  TEST_CASE("regression answers carry an interval with the nominal coverage") {
    const auto labelled = test::make_labelled(Task::regression, 1500, 7);
    const auto result = test::train_quietly(labelled, test::quick_options(3));
    const auto fresh = test::make_labelled(Task::regression, 2000, 8);
    const auto answers = result.model.predict(result.model.conformer().from_table(fresh.table));
    double covered = 0;
    for (std::size_t row = 0; row < 2000; ++row) {
      const double truth = fresh.table.columns[5].numbers[row];
      covered += truth >= answers.lower[row] && truth <= answers.upper[row] ? 1 : 0;
    }
    CHECK(covered / 2000 == doctest::Approx(0.9).epsilon(0.03));
  }

  TEST_CASE("progress tells of every trial and counts up") {
    const auto labelled = test::make_labelled(Task::binary, 200, 9);
    auto options = test::quick_options(3);
    std::vector<unsigned> finished;
    unsigned n_started = 0;
    const auto sink = [&](const learn::Progress& progress) {
      CHECK(progress.n_trials_planned == 3);
      if (progress.kind == learn::Progress::Kind::trial_started) ++n_started;
      if (progress.kind != learn::Progress::Kind::trial_finished) return;
      finished.push_back(progress.trial);
      CHECK(progress.metric == "log_loss");
      CHECK(progress.entry.score > 0);
    };
    const CancelToken cancel;
    const auto counting = [&](const learn::Progress& progress) {
      if (progress.kind != learn::Progress::Kind::note) sink(progress);
    };
    (void)learn::train(labelled.table, labelled.schema, options, counting, cancel);
    CHECK(n_started == 3);
    CHECK(finished == std::vector<unsigned>{1, 2, 3});
  }

  TEST_CASE("cancellation stops a training") {
    const auto labelled = test::make_labelled(Task::binary, 200, 9);
    CancelToken cancel;
    const auto sink = [&](const learn::Progress& progress) {
      if (progress.kind == learn::Progress::Kind::trial_finished) cancel.request();
    };
    std::optional<ErrorKind> kind;
    try {
      (void)learn::train(labelled.table, labelled.schema, test::quick_options(5), sink, cancel);
    } catch (const Error& error) {
      kind = error.kind();
    }
    CHECK(kind == ErrorKind::interrupted);
  }

  TEST_CASE("odd data trains or is refused, never worse") {
    struct Case {
      const char* name;
      Task task;
      std::size_t n_rows;
      void (*change)(test::Labelled&);
    };
    const Case cases[] = {
        {"three rows of a number", Task::regression, 3, [](auto&) {}},
        {"three rows of two classes", Task::binary, 3,
         [](auto& l) {
           l.table.columns[5].codes = {0, 1, 1};
         }},
        {"three rows of three classes", Task::multiclass, 3,
         [](auto& l) {
           l.table.columns[5].codes = {0, 1, 2};
         }},
        {"two rows of a class", Task::binary, 60,
         [](auto& l) {
           l.table.columns[5].codes.assign(60, 0U);
           l.table.columns[5].codes[4] = l.table.columns[5].codes[50] = 1;
         }},
        {"a class without any row", Task::multiclass, 60,
         [](auto& l) {
           for (auto& code : l.table.columns[5].codes) code = code == 2 ? 1 : code;
         }},
        {"constant features", Task::binary, 60,
         [](auto& l) {
           for (std::size_t i = 0; i < 3; ++i) l.table.columns[i].numbers.assign(60, 1.0);
           l.table.columns[3].codes.assign(60, 0U);
           l.table.columns[4].codes.assign(60, 0U);
         }},
        {"features that are all missing", Task::regression, 60,
         [](auto& l) {
           l.table.columns[0].numbers.assign(60, std::nan(""));
           l.table.columns[3].codes.assign(60, data::kMissingCode);
         }},
        {"a constant number as target", Task::regression, 60,
         [](auto& l) { l.table.columns[5].numbers.assign(60, 5.0); }},
        {"huge numbers", Task::regression, 60,
         [](auto& l) {
           l.table.columns[0].numbers[0] = 1e300;
           l.table.columns[1].numbers[1] = -1e300;
         }},
    };
    for (const auto& c : cases) {
      CAPTURE(c.name);
      auto labelled = test::make_labelled(c.task, c.n_rows, 10);
      c.change(labelled);
      const auto result = test::train_quietly(labelled, test::quick_options(4));
      const auto answers =
          result.model.predict(result.model.conformer().from_table(labelled.table));
      CHECK(answers.n_rows == c.n_rows);
      for (const double value : answers.values) CHECK(std::isfinite(value));
      for (const double share : answers.probabilities) CHECK(std::isfinite(share));
    }
  }

  TEST_CASE("a metric of another task is refused") {
    const auto labelled = test::make_labelled(Task::regression, 50, 11);
    auto options = test::quick_options(1);
    options.metric = data::Metric::roc_auc;
    CHECK_THROWS_AS((void)test::train_quietly(labelled, options), Error);
  }
}
