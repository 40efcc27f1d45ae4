#include "learn/importance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/random.hpp"
#include "learn/judging.hpp"
#include "learn/parallel.hpp"
#include "learn/seed.hpp"
#include "model/contribution.hpp"

namespace mlops::learn {

namespace {

constexpr unsigned kRepeats = 5;
/// 97.5 % quantile of Student's t with kRepeats - 1 = 4 degrees of freedom.
constexpr double kStudent = 2.776;
/// Rows to predict over all features and repeats; what bounds the time.
constexpr std::size_t kMostPredictions = 150'000;
constexpr std::size_t kFewestRows = 50;
/// Cells to encode over all features, repeats and rows: about a second of one core a member. More
/// than 630 features reach it; chosen by us.
constexpr std::size_t kMostCells = 100'000'000;

/// Rows that are drawn from a part to be permuted.
RowIndices sampled(const RowIndices& rows, std::size_t n, std::uint64_t seed) {
  if (rows.size() <= n) return rows;
  RowIndices drawn = rows;
  Random(seed).shuffle(std::span(drawn));
  drawn.resize(n);
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

/// The parts' rows with the truth, ready to be permuted and scored together.
class Permuter {
 public:
  Permuter(const Dataset& dataset, const std::vector<ScoredPart>& parts,
           const TrainingOptions& options)
      : dataset_(dataset), metric_(*options.metric), seed_(options.seed) {
    std::size_t n_all = 0;
    for (const auto& part : parts) n_all += part.rows.size();
    const std::size_t affordable =
        kMostPredictions / (kRepeats * std::max<std::size_t>(1, dataset.n_features()));
    const auto n_wanted = std::max(kFewestRows, affordable);
    for (const auto& part : parts) {
      const auto n = std::max<std::size_t>(2, part.rows.size() * n_wanted / std::max(n_all, 1UL));
      auto rows = sampled(part.rows, n, derive_seed(seed_, SeedPurpose::sampling, parts_.size()));
      parts_.push_back({&part.pipeline, cells_of(dataset, rows)});
      all_rows_.insert(all_rows_.end(), rows.begin(), rows.end());
    }
    truth_ = truth_of(dataset, all_rows_);
    base_loss_ = loss();
  }

  /// Which features to permute: all, or where that takes too long those that move the answers
  /// most, by the mean size of their contributions.
  [[nodiscard]] std::vector<std::size_t> promising() const {
    std::vector<std::size_t> features(dataset_.n_features());
    std::iota(features.begin(), features.end(), 0UL);
    const auto cells_a_feature = kRepeats * all_rows_.size() * features.size();
    const auto n_bearable = kMostCells / std::max<std::size_t>(1, cells_a_feature);
    if (features.size() <= n_bearable) return features;
    const auto sizes = contribution_sizes();
    std::stable_sort(features.begin(), features.end(),
                     [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
    features.resize(std::max<std::size_t>(1, n_bearable));
    return features;
  }

  FeatureImportance measure(std::size_t feature) {
    std::vector<double> increases;
    Random random(derive_seed(seed_, SeedPurpose::importance, feature));
    for (unsigned repeat = 0; repeat < kRepeats; ++repeat) {
      increases.push_back(loss_without(feature, random) - base_loss_);
    }
    FeatureImportance result;
    result.feature = dataset_.column_of(feature).name;
    for (const double increase : increases) result.importance += increase / kRepeats;
    double squares = 0;
    for (const double increase : increases) {
      squares += (increase - result.importance) * (increase - result.importance);
    }
    const double half = kStudent * std::sqrt(squares / (kRepeats - 1) / kRepeats);
    result.lower = result.importance - half;
    result.upper = result.importance + half;
    return result;
  }

 private:
  struct Part {
    const model::Pipeline* pipeline;
    data::ConformedRows cells;
  };

  /// Sum of |contribution| a feature over the sampled rows.
  [[nodiscard]] std::vector<double> contribution_sizes() const {
    std::vector<double> sizes(dataset_.n_features());
    for (const auto& [pipeline, cells] : parts_) {
      const auto answers = model::predict(*pipeline, cells);
      const auto explained = model::explain(*pipeline, cells, answers);
      for (std::size_t i = 0; i < explained.values.size(); ++i) {
        sizes[i % sizes.size()] += std::abs(explained.values[i]);
      }
    }
    return sizes;
  }

  double loss_without(std::size_t feature, Random& random) {
    std::vector<std::vector<double>> kept;
    for (auto& [pipeline, cells] : parts_) {
      std::vector<double> column(cells.n_rows);
      for (std::size_t row = 0; row < cells.n_rows; ++row) {
        column[row] = cells.cells[row * cells.n_features + feature];
      }
      kept.push_back(column);
      random.shuffle(std::span(column));
      put_column(cells, feature, column);
    }
    const double result = loss();
    for (std::size_t i = 0; i < parts_.size(); ++i) put_column(parts_[i].cells, feature, kept[i]);
    return result;
  }

  static void put_column(data::ConformedRows& cells, std::size_t feature,
                         const std::vector<double>& column) {
    for (std::size_t row = 0; row < cells.n_rows; ++row) {
      cells.cells[row * cells.n_features + feature] = column[row];
    }
  }

  [[nodiscard]] double loss() const {
    data::Predictions all;
    for (const auto& [pipeline, cells] : parts_) {
      append(all, model::predict(*pipeline, cells));
    }
    const double score = data::score(metric_, all, truth_);
    return data::higher_is_better(metric_) ? -score : score;
  }

  const Dataset& dataset_;
  data::Metric metric_;
  std::uint64_t seed_;
  std::vector<Part> parts_;
  RowIndices all_rows_;
  data::Truth truth_;
  double base_loss_ = 0;
};

}  // namespace

std::vector<FeatureImportance> permutation_importance(const Dataset& dataset,
                                                      const std::vector<ScoredPart>& parts,
                                                      const TrainingOptions& options,
                                                      const CancelToken& cancel) {
  const Permuter permuter(dataset, parts, options);
  std::vector<FeatureImportance> importance(dataset.n_features());
  for (std::size_t feature = 0; feature < importance.size(); ++feature) {
    importance[feature].feature = dataset.column_of(feature).name;
  }
  const auto features = permuter.promising();
  for_each_task(features.size(), options.threads, [&](std::size_t i) {
    cancel.check();
    importance[features[i]] = Permuter(permuter).measure(features[i]);
  });
  return importance;
}

}  // namespace mlops::learn
