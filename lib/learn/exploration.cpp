#include "learn/exploration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "learn/calibrate.hpp"
#include "learn/class_weights.hpp"
#include "learn/conformal.hpp"
#include "learn/dummy.hpp"
#include "learn/encoding.hpp"
#include "learn/finalists.hpp"
#include "learn/recipe.hpp"
#include "learn/refit.hpp"
#include "learn/seed.hpp"

namespace mlops::learn {

namespace {

/// Below this many rows a held-out part says too little: everything is cross-validated instead.
constexpr std::size_t kHeldOutRows = 1000;
constexpr unsigned kOuterFolds = 5;
/// The 5 % quantile of so many residuals is known to one percentage point.
constexpr std::size_t kIntervalRows = 500;
/// From here on the model that is scored is the one that is deployed.
constexpr std::size_t kRefitRows = 400'000;
/// Share of the time limit for the screening of large data.
constexpr double kScreeningShare = 0.4;

RowIndices all_rows(const Dataset& dataset) {
  RowIndices rows(dataset.size());
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

/// Dataset rows of the table rows that were asked for; those without a target are passed over.
RowIndices given_part(const Dataset& dataset, const std::vector<std::size_t>& table_rows) {
  RowIndices part;
  for (const auto row : table_rows) {
    const auto found = std::lower_bound(dataset.table_rows.begin(), dataset.table_rows.end(), row);
    if (found != dataset.table_rows.end() && *found == row) {
      part.push_back(static_cast<std::uint32_t>(found - dataset.table_rows.begin()));
    }
  }
  if (part.empty() || part.size() == dataset.size()) {
    throw Error(ErrorKind::invalid_argument, "learn.held_out",
                fmt::format("{} of {} rows with a target are held out, some must be on each side",
                            part.size(), dataset.size()));
  }
  return part;
}

data::Predictions select(const data::Predictions& all, const std::vector<std::size_t>& positions) {
  data::Predictions picked;
  picked.task = all.task;
  picked.n_classes = all.n_classes;
  picked.n_rows = positions.size();
  const auto pick = [&](const auto& from, auto& to) {
    for (const auto i : positions) {
      if (!from.empty()) to.push_back(from[i]);
    }
  };
  pick(all.values, picked.values);
  pick(all.lower, picked.lower);
  pick(all.upper, picked.upper);
  pick(all.labels, picked.labels);
  for (const auto i : positions) {
    const auto shares = all.probabilities_of(i);
    picked.probabilities.insert(picked.probabilities.end(), shares.begin(), shares.end());
  }
  return picked;
}

class Exploration {
 public:
  explicit Exploration(const ExplorationContext& context)
      : context_(context), dataset_(context.dataset), rows_(all_rows(context.dataset)) {}

  Outcome run() {
    const auto& given = context_.options.held_out_rows;
    const auto folds = given ? std::vector<Fold>{} : outer_folds();
    if (!folds.empty()) {
      with_outer_folds(folds);
    } else {
      with_held_out(given ? given_part(dataset_, *given) : drawn_part());
    }
    finish_deployed();
    order_by_row();
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] SearchRequest request(RowIndices rows) const {
    const auto shape = search_shape(rows.size(), context_.options);
    return {.dataset = dataset_,
            .rows = std::move(rows),
            .options = context_.options,
            .shape = shape,
            .clock = &context_.clock,
            .max_trials = context_.options.max_trials,
            .progress = &context_.progress,
            .cancel = context_.cancel};
  }

  [[nodiscard]] std::vector<Fold> outer_folds() const {
    if (rows_.size() >= kHeldOutRows) return {};
    const auto n_folds = bearable_folds(dataset_, rows_, kOuterFolds);
    if (n_folds < 2) return {};
    return make_folds(dataset_, rows_, n_folds,
                      derive_seed(context_.options.seed, SeedPurpose::outer_folds));
  }

  [[nodiscard]] RowIndices drawn_part() const {
    const auto share = search_shape(rows_.size(), context_.options).holdout_share;
    auto part = draw_part(dataset_, rows_, share,
                          derive_seed(context_.options.seed, SeedPurpose::held_out));
    // A handful of rows of as many classes: nothing can be held out.
    return part.empty() ? rows_ : part;
  }

  void with_held_out(const RowIndices& held_out) {
    auto development = without(rows_, held_out);
    if (development.empty()) development = rows_;
    if (development.size() >= kScreeningRows) {
      with_screening(std::move(development), held_out);
      return;
    }
    const auto asked = request(std::move(development));
    outcome_.found = search(asked);
    outcome_.recipe = make_recipe(asked, outcome_.found, {});
    context_.note("fitting the ensemble, for the held-out score and on all rows");
    auto pipelines = fit_ensembles({{outcome_.found, asked.rows}, {outcome_.found, rows_}}, asked);
    add_part(std::move(pipelines[0]), outcome_.found, asked.rows, held_out);
    outcome_.deployed = std::move(pipelines[1]);
  }

  void with_screening(RowIndices development, const RowIndices& held_out) {
    auto sample = draw_sample(dataset_, development, kScreeningSample,
                              derive_seed(context_.options.seed, SeedPurpose::sampling));
    auto screening = request(std::move(sample));
    screening.search_share = kScreeningShare;
    auto screened = search(screening);
    context_.note(fmt::format("fitting what did best on {} rows on {} rows", screening.rows.size(),
                              development.size()));
    const auto asked = request(std::move(development));
    auto finals = judge_finalists(asked, screened);
    outcome_.found = std::move(finals.found);
    outcome_.screened = std::move(screened.candidates);
    outcome_.recipe = make_recipe(asked, outcome_.found, outcome_.screened);
    if (rows_.size() < kRefitRows) {
      context_.note("fitting the ensemble on all rows");
      outcome_.deployed = std::move(fit_ensembles({{outcome_.found, rows_}}, asked).front());
    } else {
      // Another fit costs as much as everything so far and adds a few rows in a hundred.
      outcome_.deployed = finals.pipeline;
    }
    add_part(std::move(finals.pipeline), outcome_.found, finals.train, held_out);
  }

  void with_outer_folds(const std::vector<Fold>& folds) {
    auto asked = request(rows_);
    // The search is repeated in every outer fold, and so are its fits.
    double n_rows_searched = static_cast<double>(rows_.size());
    for (const auto& fold : folds) n_rows_searched += static_cast<double>(fold.train.size());
    const double n_searches = n_rows_searched / static_cast<double>(rows_.size());
    asked.search_share /= n_searches;
    asked.n_refits = asked.shape.average_folds ? asked.shape.n_folds : 1;
    outcome_.found = search(asked);
    outcome_.recipe = make_recipe(asked, outcome_.found, {});
    for (std::size_t i = 0; i < folds.size(); ++i) {
      context_.note(fmt::format("scoring by cross-validation, fold {} of {}", i + 1, folds.size()));
      auto inner = request(folds[i].train);
      inner.clock = nullptr;
      inner.progress = nullptr;
      inner.max_trials = std::max(1U, outcome_.found.n_trials);
      const auto found = search(inner);
      add_part(fitted(found, inner), found, inner.rows, folds[i].valid);
    }
    context_.note("fitting the ensemble on all rows");
    outcome_.deployed = fitted(outcome_.found, asked);
  }

  [[nodiscard]] static model::Pipeline fitted(const SearchResult& found,
                                              const SearchRequest& asked) {
    auto pipelines = fit_ensembles({{found, asked.rows, asked.shape.average_folds}}, asked);
    return std::move(pipelines.front());
  }

  /// Lets a model that was fitted on `train` answer for rows it never saw.
  void add_part(model::Pipeline pipeline, const SearchResult& found, const RowIndices& train,
                const RowIndices& unseen) {
    finish_pipeline(pipeline, found);
    append(outcome_.predictions, model::predict(pipeline, cells_of(dataset_, unseen)));
    append(outcome_.dummy, dummy_predictions(train, unseen));
    outcome_.rows.insert(outcome_.rows.end(), unseen.begin(), unseen.end());
    outcome_.parts.push_back({std::move(pipeline), unseen});
  }

  [[nodiscard]] data::Predictions dummy_predictions(const RowIndices& train,
                                                    const RowIndices& unseen) const {
    auto fit =
        DummyLearner().judge(bare_sample(dataset_, train), bare_sample(dataset_, unseen), {});
    return predictions_of(empty_pipeline(dataset_), std::move(fit.answers));
  }

  /// Interval, or calibration and labels, from the search's own judging rows.
  void finish_pipeline(model::Pipeline& pipeline, const SearchResult& found) const {
    const auto& truth = found.judging->truth;
    if (dataset_.n_classes == 0) {
      pipeline.interval = conformal_interval(found.blended, truth.values);
      return;
    }
    const CalibrationRows rows{found.blended, truth.classes, dataset_.n_classes};
    pipeline.calibration = dataset_.class_weights.empty()
                               ? choose_calibration(rows)
                               : std::optional(choose_weighted_calibration(rows));
    set_label_rule(context_.options, truth, pipeline);
    if (const auto metric = label_metric(context_.options)) {
      tune_label_rule(*metric, found.blended, truth, pipeline);
    }
  }

  /// The deployed model's interval comes from the rows that scored it; where they are few, from
  /// every answer for a row that was not fitted on.
  void finish_deployed() {
    finish_pipeline(outcome_.deployed, outcome_.found);
    if (dataset_.n_classes > 0) return;
    auto answers = outcome_.predictions.values;
    auto truth = truth_of(dataset_, outcome_.rows).values;
    if (answers.size() >= kIntervalRows) {
      outcome_.deployed.interval = conformal_interval(answers, truth);
      return;
    }
    const auto& found = outcome_.found;
    answers.insert(answers.end(), found.blended.begin(), found.blended.end());
    const auto& judged = found.judging->truth.values;
    truth.insert(truth.end(), judged.begin(), judged.end());
    outcome_.deployed.interval = conformal_interval(answers, truth);
  }

  void order_by_row() {
    std::vector<std::size_t> order(outcome_.rows.size());
    std::iota(order.begin(), order.end(), 0UL);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return outcome_.rows[a] < outcome_.rows[b]; });
    outcome_.predictions = select(outcome_.predictions, order);
    outcome_.dummy = select(outcome_.dummy, order);
    std::sort(outcome_.rows.begin(), outcome_.rows.end());
  }

  const ExplorationContext& context_;
  const Dataset& dataset_;
  RowIndices rows_;
  Outcome outcome_;
};

}  // namespace

void ExplorationContext::note(std::string message) const {
  cancel.check();
  if (!progress) return;
  Progress report;
  report.kind = Progress::Kind::note;
  report.message = std::move(message);
  report.metric = to_string(*options.metric);
  report.elapsed_seconds = clock.elapsed_seconds();
  report.limit_seconds = clock.limit_seconds().value_or(0);
  progress(report);
}

Outcome explore(const ExplorationContext& context) {
  return Exploration(context).run();
}

}  // namespace mlops::learn
