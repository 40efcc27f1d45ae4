#include "observe/loss_profile.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace mlops::observe {
namespace {

constexpr double kScaleQuantile = 0.995;
/// Rows' worth of the overall mean in each regression bin's estimate; chosen by us.
constexpr double kPriorRows = 20;

/// Bins even on the square root's scale.
std::size_t root_bin(double value, std::size_t n_bins) noexcept {
  if (!(value > 0)) return 0;
  const double position = std::sqrt(value) * static_cast<double>(n_bins);
  return position >= static_cast<double>(n_bins - 1) ? n_bins - 1
                                                     : static_cast<std::size_t>(position);
}

double root_bin_end(std::size_t bin, std::size_t n_bins) noexcept {
  const double root = static_cast<double>(bin) / static_cast<double>(n_bins);
  return root * root;
}

double quantile_of_magnitudes(std::vector<double> errors, double level) {
  for (double& error : errors) error = std::abs(error);
  const auto rank = std::min(errors.size() - 1,
                             static_cast<std::size_t>(level * static_cast<double>(errors.size())));
  std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(rank),
                   errors.end());
  return errors[rank];
}

void add_class_losses(const data::Predictions& predictions, const data::Truth& truth,
                      LossProfile& result) {
  for (std::size_t row = 0; row < predictions.n_rows; ++row) {
    const std::uint32_t label = predictions.labels[row];
    const std::size_t estimate = expected_loss_bin(1 - predictions.probabilities_of(row)[label]);
    ++result.counts[estimate * 2 + (truth.classes[row] == label ? 0 : 1)];
  }
}

void add_number_losses(const data::Predictions& predictions, const data::Truth& truth,
                       const data::ColumnProfile& bins, LossProfile& result) {
  std::vector<double> errors(predictions.n_rows);
  for (std::size_t row = 0; row < errors.size(); ++row)
    errors[row] = truth.values[row] - predictions.values[row];
  const double scale = quantile_of_magnitudes(errors, kScaleQuantile);
  result.scale = scale > 0 ? scale : 1;
  result.squared.assign(result.n_estimate_bins, 0);
  result.fourth.assign(result.n_estimate_bins, 0);
  for (std::size_t row = 0; row < errors.size(); ++row) {
    const std::size_t estimate = bins.bin_of(predictions.values[row]);
    const double square = errors[row] * errors[row];
    ++result.counts[estimate * kLossBins + loss_bin(std::abs(errors[row]) / result.scale)];
    result.squared[estimate] += square;
    result.fourth[estimate] += square * square;
  }
}

/// Pool adjacent violators over (sum, weight) pairs; a bin without weight takes the next one's.
std::vector<double> isotonic_shares(const std::vector<double>& wrong,
                                    const std::vector<double>& n) {
  struct Pool {
    double wrong;
    double n;
    std::size_t last;
    [[nodiscard]] double share() const { return wrong / n; }
  };
  std::vector<Pool> pools;
  for (std::size_t bin = 0; bin < n.size(); ++bin) {
    if (n[bin] == 0) continue;
    pools.push_back({wrong[bin], n[bin], bin});
    while (pools.size() > 1 && pools[pools.size() - 2].share() >= pools.back().share()) {
      const Pool top = pools.back();
      pools.pop_back();
      pools.back() = {pools.back().wrong + top.wrong, pools.back().n + top.n, top.last};
    }
  }
  std::vector<double> shares(n.size(), 0);
  std::size_t pool = 0;
  for (std::size_t bin = 0; bin < n.size() && !pools.empty(); ++bin) {
    while (pool + 1 < pools.size() && bin > pools[pool].last) ++pool;
    shares[bin] = pools[pool].share();
  }
  return shares;
}

[[noreturn]] void throw_corrupt(const std::string& what) {
  throw Error(ErrorKind::corrupt, "loss_profile.malformed", "loss profile: " + what,
              "mlops fsck names the damage");
}

void check_shape(const LossProfile& profile) {
  const bool regression = profile.task == data::Task::regression;
  const std::size_t n_moments = regression ? profile.n_estimate_bins : 0;
  if (profile.n_estimate_bins == 0 || profile.n_loss_bins != (regression ? kLossBins : 2) ||
      profile.counts.size() != profile.n_estimate_bins * profile.n_loss_bins ||
      profile.squared.size() != n_moments || profile.fourth.size() != n_moments ||
      !(profile.scale > 0))
    throw_corrupt("bins and counts do not fit together");
}

}  // namespace

std::size_t expected_loss_bin(double loss) noexcept {
  return root_bin(loss, kExpectedLossBins);
}

double expected_loss_of_bin(std::size_t bin) noexcept {
  return 0.5 * (root_bin_end(bin, kExpectedLossBins) + root_bin_end(bin + 1, kExpectedLossBins));
}

std::size_t loss_bin(double scaled_error) noexcept {
  return root_bin(scaled_error, kLossBins);
}

double loss_bin_lower(std::size_t bin) noexcept {
  return root_bin_end(bin, kLossBins);
}

double loss_bin_middle(std::size_t bin) noexcept {
  return 0.5 * (root_bin_end(bin, kLossBins) + root_bin_end(bin + 1, kLossBins));
}

std::uint64_t LossProfile::n_of_estimate(std::size_t estimate) const {
  const auto begin = counts.begin() + static_cast<std::ptrdiff_t>(estimate * n_loss_bins);
  return std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(n_loss_bins), std::uint64_t{0});
}

std::uint64_t LossProfile::n_rows() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

LossProfile build_loss_profile(const data::Predictions& predictions, const data::Truth& truth,
                               const data::ReferenceProfile& profile) {
  assert(predictions.n_rows > 0);
  LossProfile result{.task = predictions.task};
  const bool regression = predictions.task == data::Task::regression;
  result.n_estimate_bins = regression ? profile.prediction.n_bins() : kExpectedLossBins;
  result.n_loss_bins = regression ? kLossBins : 2;
  result.counts.assign(result.n_estimate_bins * result.n_loss_bins, 0);
  if (regression)
    add_number_losses(predictions, truth, profile.prediction, result);
  else
    add_class_losses(predictions, truth, result);
  return result;
}

std::vector<double> calibrated_losses(const LossProfile& profile) {
  const std::size_t n_bins = profile.n_estimate_bins;
  std::vector<double> losses(n_bins, 0);
  std::vector<double> rows(n_bins, 0);
  for (std::size_t bin = 0; bin < n_bins; ++bin) {
    rows[bin] = static_cast<double>(profile.n_of_estimate(bin));
    for (std::size_t loss = 0; loss < profile.n_loss_bins; ++loss) {
      const double value = profile.task == data::Task::regression ? loss_bin_middle(loss)
                                                                  : static_cast<double>(loss);
      losses[bin] += value * static_cast<double>(profile.count(bin, loss));
    }
  }
  if (profile.task != data::Task::regression) return isotonic_shares(losses, rows);
  const double total = std::accumulate(rows.begin(), rows.end(), 0.0);
  const double overall = std::accumulate(losses.begin(), losses.end(), 0.0) / std::max(total, 1.0);
  for (std::size_t bin = 0; bin < n_bins; ++bin)
    losses[bin] = (losses[bin] + kPriorRows * overall) / (rows[bin] + kPriorRows);
  return losses;
}

Json to_json(const LossProfile& profile) {
  return {{"format", 1},
          {"task", data::to_string(profile.task)},
          {"scale", profile.scale},
          {"estimate_bins", profile.n_estimate_bins},
          {"loss_bins", profile.n_loss_bins},
          {"counts", profile.counts},
          {"squared", profile.squared},
          {"fourth", profile.fourth}};
}

LossProfile loss_profile_from_json(const Json& json) {
  try {
    const JsonObject object(json, "loss profile");
    const auto task = data::parse_task(object.text("task"));
    if (!task) throw_corrupt("no such task: '" + object.text("task") + "'");
    LossProfile profile{.task = *task};
    profile.scale = object.number("scale");
    profile.n_estimate_bins = static_cast<std::size_t>(object.unsigned_integer("estimate_bins"));
    profile.n_loss_bins = static_cast<std::size_t>(object.unsigned_integer("loss_bins"));
    for (const Json& value : object.array("counts")) {
      if (!value.is_number_unsigned()) throw_corrupt("a count is not a whole number");
      profile.counts.push_back(value.get<std::uint64_t>());
    }
    profile.squared = object.numbers("squared");
    profile.fourth = object.numbers("fourth");
    check_shape(profile);
    return profile;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::corrupt) throw;
    throw_corrupt(error.what());
  }
}

}  // namespace mlops::observe
