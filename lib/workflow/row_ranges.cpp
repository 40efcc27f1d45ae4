#include "workflow/row_ranges.hpp"

#include <algorithm>
#include <numeric>

namespace mlops::workflow {

data::ConformedRows slice(const data::ConformedRows& rows, std::size_t first, std::size_t last) {
  const auto at = [&](std::size_t row) {
    return rows.cells.begin() + static_cast<std::ptrdiff_t>(row * rows.n_features);
  };
  data::ConformedRows part{.n_rows = last - first, .n_features = rows.n_features};
  part.cells.assign(at(first), at(last));
  auto issue =
      std::lower_bound(rows.issues.begin(), rows.issues.end(), first,
                       [](const data::CellIssue& item, std::size_t row) { return item.row < row; });
  for (; issue != rows.issues.end() && issue->row < last; ++issue) {
    part.issues.push_back(*issue);
    part.issues.back().row -= first;
  }
  return part;
}

data::Predictions slice(const data::Predictions& predictions, std::size_t first, std::size_t last) {
  std::vector<std::size_t> positions(last - first);
  std::iota(positions.begin(), positions.end(), first);
  return select(predictions, positions);
}

data::Predictions select(const data::Predictions& predictions,
                         const std::vector<std::size_t>& positions) {
  data::Predictions part{
      .task = predictions.task, .n_rows = positions.size(), .n_classes = predictions.n_classes};
  for (const std::size_t position : positions) {
    if (predictions.task == data::Task::regression) {
      part.values.push_back(predictions.values[position]);
      part.lower.push_back(predictions.lower[position]);
      part.upper.push_back(predictions.upper[position]);
    } else {
      const auto probabilities = predictions.probabilities_of(position);
      part.probabilities.insert(part.probabilities.end(), probabilities.begin(),
                                probabilities.end());
      part.labels.push_back(predictions.labels[position]);
    }
  }
  return part;
}

}  // namespace mlops::workflow
