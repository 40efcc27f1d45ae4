#include "workflow/card_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mlops::workflow {
namespace {

/// Beyond these many classes only the ones that do worst are listed.
constexpr std::size_t kMostClasses = 12;

const data::MetricValue* find(const learn::TrainingResult& result, data::Metric metric) {
  const auto found = std::find_if(result.metrics.begin(), result.metrics.end(),
                                  [&](const auto& value) { return value.metric == metric; });
  return found == result.metrics.end() ? nullptr : &*found;
}

/// Rows by true class (first index) and answered class.
class Confusion {
 public:
  explicit Confusion(const CardScores& scores)
      : n_(scores.result.held_out_predictions.n_classes), counts_(n_ * n_, 0) {
    const auto& labels = scores.result.held_out_predictions.labels;
    for (std::size_t row = 0; row < labels.size(); ++row) {
      if (scores.truth.classes[row] < n_) ++counts_[scores.truth.classes[row] * n_ + labels[row]];
    }
  }

  [[nodiscard]] std::size_t n() const noexcept { return n_; }
  [[nodiscard]] std::size_t at(std::size_t truth, std::size_t answer) const {
    return counts_[truth * n_ + answer];
  }
  [[nodiscard]] std::size_t true_rows(std::size_t k) const {
    std::size_t sum = 0;
    for (std::size_t other = 0; other < n_; ++other) sum += at(k, other);
    return sum;
  }
  [[nodiscard]] std::size_t answered_rows(std::size_t k) const {
    std::size_t sum = 0;
    for (std::size_t other = 0; other < n_; ++other) sum += at(other, k);
    return sum;
  }

 private:
  std::size_t n_;
  std::vector<std::size_t> counts_;
};

std::string share_text(std::size_t part, std::size_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.0f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string class_row(const std::string& label, std::size_t k, const Confusion& confusion) {
  return fmt::format("| `{}` | {} | {} | {} |\n", label, confusion.true_rows(k),
                     share_text(confusion.at(k, k), confusion.true_rows(k)),
                     share_text(confusion.at(k, k), confusion.answered_rows(k)));
}

/// Class indices to list: all, or those that are found least often.
std::vector<std::size_t> listed_classes(const Confusion& confusion) {
  std::vector<std::size_t> classes;
  for (std::size_t k = 0; k < confusion.n(); ++k) {
    if (confusion.true_rows(k) > 0) classes.push_back(k);
  }
  if (classes.size() <= kMostClasses) return classes;
  const auto found_share = [&](std::size_t k) {
    return static_cast<double>(confusion.at(k, k)) / static_cast<double>(confusion.true_rows(k));
  };
  std::stable_sort(classes.begin(), classes.end(),
                   [&](std::size_t a, std::size_t b) { return found_share(a) < found_share(b); });
  classes.resize(kMostClasses);
  return classes;
}

std::string class_table(const data::Schema& schema, const Confusion& confusion) {
  const auto classes = listed_classes(confusion);
  std::string text =
      "\n| true class | rows | of these found | right when it says so |\n|---|---|---|---|\n";
  for (const auto k : classes) text += class_row(schema.classes[k], k, confusion);
  if (classes.size() < confusion.n()) {
    text +=
        fmt::format("\nOf {} classes, the {} found least often.\n", confusion.n(), classes.size());
  }
  return text;
}

std::string confusion_table(const data::Schema& schema, const Confusion& confusion) {
  if (confusion.n() > kMostClasses) return {};
  std::string text = "\nAll held-out rows, by what was true and what the model said:\n\n| true |";
  for (const auto& label : schema.classes) text += fmt::format(" says `{}` |", label);
  text += "\n|---|";
  for (std::size_t k = 0; k < confusion.n(); ++k) text += "---|";
  text += "\n";
  for (std::size_t k = 0; k < confusion.n(); ++k) {
    text += fmt::format("| `{}` |", schema.classes[k]);
    for (std::size_t answer = 0; answer < confusion.n(); ++answer) {
      text += fmt::format(" {} |", confusion.at(k, answer));
    }
    text += "\n";
  }
  return text;
}

std::string classification_text(const CardScores& scores) {
  const auto& schema = scores.result.model.schema();
  const Confusion confusion(scores);
  std::size_t most = 0;
  for (std::size_t k = 1; k < confusion.n(); ++k) {
    if (confusion.true_rows(k) > confusion.true_rows(most)) most = k;
  }
  std::string text;
  if (const auto* accuracy = find(scores.result, data::Metric::accuracy)) {
    text = fmt::format(
        "The answer is right in {:.1f} of 100 cases (95 % interval {:.1f} to {:.1f}, "
        "{} rows that no decision during training has seen). Always saying `{}` would be right in "
        "{}.\n",
        100 * accuracy->value, 100 * accuracy->lower, 100 * accuracy->upper, accuracy->n,
        schema.classes[most], share_text(confusion.true_rows(most), accuracy->n));
  }
  return text + class_table(schema, confusion) + confusion_table(schema, confusion);
}

/// The k-th smallest with k = ceil(n x share).
double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  const auto position = static_cast<std::size_t>(std::max(1.0, std::ceil(n * share)));
  return values[position - 1];
}

std::string regression_text(const CardScores& scores) {
  const auto& answers = scores.result.held_out_predictions;
  std::vector<double> errors;
  std::size_t n_inside = 0;
  for (std::size_t row = 0; row < answers.n_rows; ++row) {
    const double truth = scores.truth.values[row];
    errors.push_back(std::abs(answers.values[row] - truth));
    if (truth >= answers.lower[row] && truth <= answers.upper[row]) ++n_inside;
  }
  if (errors.empty()) return {};
  return fmt::format(
      "On {} rows that no decision during training has seen, half of the answers are off by {:.4g} "
      "or less, nine of ten by {:.4g} or less, the worst by {:.4g}. The interval that comes with "
      "an answer, meant to hold the truth in 90 of 100 cases, held it in {}.\n",
      errors.size(), quantile(errors, 0.5), quantile(errors, 0.9), quantile(errors, 1.0),
      share_text(n_inside, errors.size()));
}

std::string interval_words(const data::MetricValue& value) {
  if (std::isfinite(value.lower) && std::isfinite(value.upper))
    return fmt::format("{:.4g} to {:.4g}", value.lower, value.upper);
  return value.metric == data::Metric::mape ? "none: few rows decide it" : "none";
}

std::string metric_table(const learn::TrainingResult& result) {
  std::string text =
      "\nFor specialists, each score with the interval where the true one lies with 95 % "
      "confidence:\n\n| score | value | 95 % interval | rows |\n|---|---|---|---|\n";
  for (const auto& value : result.metrics) {
    text += fmt::format("| {} | {:.4g} | {} | {} |\n", data::to_string(value.metric), value.value,
                        interval_words(value), value.n);
  }
  return text;
}

}  // namespace

std::string scores_text(const CardScores& scores) {
  const auto& result = scores.result;
  const bool regression = result.model.schema().task == data::Task::regression;
  std::string text = regression ? regression_text(scores) : classification_text(scores);
  text += metric_table(result);
  text += fmt::format(
      "\nA model that looks at no column and always gives the same answer has {} {:.4g}; this one "
      "{:.4g}.\n",
      data::to_string(result.dummy.metric), result.dummy.value, result.metric.value);
  return text;
}

}  // namespace mlops::workflow
