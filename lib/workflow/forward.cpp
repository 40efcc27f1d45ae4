#include "workflow/forward.hpp"

#include <algorithm>
#include <numeric>

#include "learn/judging.hpp"

namespace mlops::workflow {
namespace {

data::Table rows_between(const data::Table& table, std::size_t first, std::size_t end) {
  std::vector<std::size_t> rows(end - first);
  std::iota(rows.begin(), rows.end(), first);
  return table.select_rows(rows);
}

learn::TrainingOptions options_for(const ForwardRequest& request, const ForwardFold& fold) {
  learn::TrainingOptions options = request.training;
  options.held_out_rows = fold.judging;
  for (std::size_t& row : *options.held_out_rows) row -= request.first_row;
  return options;
}

}  // namespace

std::vector<ForwardFold> forward_folds(const std::vector<std::size_t>& new_rows,
                                       std::size_t n_rows) {
  std::vector<ForwardFold> folds;
  const auto cut = [&](std::size_t block) {
    return new_rows.begin() +
           static_cast<std::ptrdiff_t>(new_rows.size() * block / (kForwardFolds + 1));
  };
  for (std::size_t block = 1; block <= kForwardFolds; ++block) {
    ForwardFold fold{0, {cut(block), cut(block + 1)}};
    if (fold.judging.empty()) continue;
    fold.end = block == kForwardFolds ? n_rows : fold.judging.back() + 1;
    folds.push_back(std::move(fold));
  }
  return folds;
}

ForwardResult learn_forward(const ForwardRequest& request, const learn::ProgressSink& progress) {
  data::Table table = rows_between(request.table, request.first_row, request.table.n_rows);
  learn::TrainingResult last = learn::train(
      table, request.schema, options_for(request, request.folds.back()), progress, request.cancel);
  ForwardResult forward{std::move(last), std::move(table), {}, {}};
  const auto add = [&](const learn::TrainingResult& result) {
    forward.rows.insert(forward.rows.end(), result.held_out_rows.begin(),
                        result.held_out_rows.end());
    learn::append(forward.answers, result.held_out_predictions);
  };
  for (std::size_t i = 0; i + 1 < request.folds.size(); ++i) {
    learn::TrainingOptions options = options_for(request, request.folds[i]);
    options.max_trials = std::max(1u, forward.result.n_trials);
    options.time_limit_seconds.reset();
    add(learn::train(rows_between(request.table, request.first_row, request.folds[i].end),
                     request.schema, options, {}, request.cancel));
  }
  add(forward.result);
  return forward;
}

}  // namespace mlops::workflow
