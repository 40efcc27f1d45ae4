#include "bench/alarms/rivals.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mlops::bench {
namespace {

constexpr std::size_t kChunks = 10;

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Population form.
double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

/// Largest and integrated difference of two empirical distribution functions; both sorted.
struct Difference {
  double largest = 0;
  double area = 0;
};

Difference difference_of(const std::vector<double>& a, const std::vector<double>& b) {
  Difference result;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  std::size_t i = 0;
  std::size_t j = 0;
  double previous = std::min(a.front(), b.front());
  double gap = 0;
  while (i < a.size() || j < b.size()) {
    const bool first = j == b.size() || (i < a.size() && a[i] <= b[j]);
    const double next = first ? a[i] : b[j];
    result.area += gap * (next - previous);
    previous = next;
    first ? ++i : ++j;
    gap = std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m);
    const bool tied = i < a.size() && j < b.size() && a[i] == b[j];
    if (!tied) result.largest = std::max(result.largest, gap);
  }
  return result;
}

double jensen_shannon(const std::vector<double>& p, const std::vector<double>& q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double middle = 0.5 * (p[i] + q[i]);
    if (p[i] > 0) sum += 0.5 * p[i] * std::log2(p[i] / middle);
    if (q[i] > 0) sum += 0.5 * q[i] * std::log2(q[i] / middle);
  }
  return std::sqrt(std::max(sum, 0.0));
}

}  // namespace

WassersteinRule::WassersteinRule(const std::vector<double>& reference)
    : reference_(&reference), scale_(std::max(deviation_of(reference), 0.001)) {}

double WassersteinRule::statistic(const std::vector<double>& day) const {
  return day.empty() ? 0 : difference_of(day, *reference_).area / scale_;
}

double KolmogorovRule::statistic(const std::vector<double>& day) const {
  if (day.empty()) return 0;
  const auto n = static_cast<double>(day.size());
  const auto m = static_cast<double>(reference_->size());
  return std::sqrt(n * m / (n + m)) * difference_of(day, *reference_).largest;
}

ChunkRule::ChunkRule(const std::vector<double>& unsorted) {
  const auto n = static_cast<double>(unsorted.size());
  const double mean = mean_of(unsorted);
  const double deviation = deviation_of(unsorted);
  double skew = 0;
  for (const double row : unsorted) skew += std::pow((row - mean) / deviation, 3) / n;
  const auto [lowest, highest] = std::minmax_element(unsorted.begin(), unsorted.end());
  // Doane (1976) as in NumPy.
  const double skew_error = std::sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
  const double bins = 1 + std::log2(n) + std::log2(1 + std::abs(skew) / skew_error);
  n_bins_ = static_cast<std::size_t>(std::ceil(bins));
  lower_ = *lowest;
  width_ = (*highest - *lowest) / static_cast<double>(n_bins_);
  reference_ = shares(unsorted);
  std::vector<double> chunks;
  const std::size_t size = unsorted.size() / kChunks;
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
    const auto begin = unsorted.begin() + static_cast<std::ptrdiff_t>(chunk * size);
    chunks.push_back(statistic({begin, begin + static_cast<std::ptrdiff_t>(size)}));
  }
  threshold_ = mean_of(chunks) + 3 * deviation_of(chunks);
}

std::vector<double> ChunkRule::shares(const std::vector<double>& rows) const {
  std::vector<double> result(n_bins_ + 1, 0);  // the last one: beyond the reference
  for (const double row : rows) {
    const double position = (row - lower_) / width_;
    const bool outside = position < 0 || position > static_cast<double>(n_bins_);
    const std::size_t bin =
        outside ? n_bins_ : std::min(static_cast<std::size_t>(position), n_bins_ - 1);
    result[bin] += 1 / static_cast<double>(rows.size());
  }
  return result;
}

double ChunkRule::statistic(const std::vector<double>& day) const {
  return day.empty() ? 0 : jensen_shannon(reference_, shares(day));
}

StabilityRule::StabilityRule(const std::vector<double>& reference) {
  for (std::size_t k = 1; k < 10; ++k) edges_.push_back(reference[reference.size() * k / 10]);
}

double StabilityRule::statistic(const std::vector<double>& day) const {
  std::vector<double> shares(10, 0);
  for (const double row : day)
    shares[static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), row) -
                                    edges_.begin())] += 1 / static_cast<double>(day.size());
  double sum = 0;
  for (const double share : shares) {
    const double current = std::max(share, 1e-4);
    sum += (current - 0.1) * std::log(current / 0.1);
  }
  return day.empty() ? 0 : sum;
}

RivalSet::RivalSet(const std::vector<double>& unsorted, bool sliding)
    : sliding_(sliding),
      sorted_([&] {
        std::vector<double> rows = unsorted;
        std::sort(rows.begin(), rows.end());
        return rows;
      }()),
      chunks_(unsorted),
      wasserstein_(sorted_),
      kolmogorov_(sorted_),
      stability_(sorted_) {}

RivalSet::Ratios RivalSet::hour(std::size_t hour, const std::vector<double>& rows) {
  constexpr std::size_t kLast = 1000;
  Ratios ratios{};
  const auto ratio = [](const DayRule& rule, const std::vector<double>& window) {
    return rule.statistic(window) / rule.threshold(window.size());
  };
  if (sliding_) {
    last_.insert(last_.end(), rows.begin(), rows.end());
    while (last_.size() > kLast) last_.pop_front();
  }
  if (last_.size() == kLast) {
    std::vector<double> window(last_.begin(), last_.end());
    std::sort(window.begin(), window.end());
    ratios[4] = ratio(wasserstein_, window);
    ratios[5] = ratio(kolmogorov_, window);
  }
  day_.insert(day_.end(), rows.begin(), rows.end());
  if (hour % 24 != 23) return ratios;
  std::sort(day_.begin(), day_.end());
  ratios[0] = ratio(wasserstein_, day_);
  ratios[1] = ratio(kolmogorov_, day_);
  ratios[2] = ratio(chunks_, day_);
  ratios[3] = ratio(stability_, day_);
  day_.clear();
  return ratios;
}

ShareRule::ShareRule(const std::vector<std::uint8_t>& reference) {
  std::vector<double> chunks(kChunks, 0);
  const std::size_t size = reference.size() / kChunks;
  for (std::size_t row = 0; row < size * kChunks; ++row)
    chunks[row / size] += static_cast<double>(reference[row]) / static_cast<double>(size);
  threshold_ = mean_of(chunks) + 3 * deviation_of(chunks);
}

bool ShareRule::fires(std::uint64_t n, std::uint64_t ones) const {
  return n > 0 && static_cast<double>(ones) / static_cast<double>(n) > threshold_;
}

bool Adwin::add(double value) {
  constexpr std::uint64_t kClock = 32;
  constexpr double kGrace = 10;
  insert(value);
  compress();
  ++n_seen_;
  if (n_seen_ % kClock != 0 || n_ <= kGrace) return false;
  bool any = false;
  while (cut()) any = true;
  return any;
}

void Adwin::insert(double value) {
  sizes_[0].push_front({value, 0});
  if (n_ > 0) variance_ += n_ * (value - sum_ / n_) * (value - sum_ / n_) / (n_ + 1);
  n_ += 1;
  sum_ += value;
}

void Adwin::compress() {
  constexpr std::size_t kMaxBuckets = 5;
  for (std::size_t i = 0; i < sizes_.size() && sizes_[i].size() > kMaxBuckets; ++i) {
    if (i + 1 == sizes_.size()) sizes_.emplace_back();
    const Bucket oldest = sizes_[i].back();
    sizes_[i].pop_back();
    const Bucket older = sizes_[i].back();
    sizes_[i].pop_back();
    const double n = std::exp2(static_cast<double>(i));
    const double gap = (oldest.sum - older.sum) / n;
    sizes_[i + 1].push_front(
        {oldest.sum + older.sum, oldest.variance + older.variance + gap * gap * n / 2});
  }
}

bool Adwin::differs(double n0, double sum0) const {
  constexpr double kLeast = 5;
  const double n1 = n_ - n0;
  if (n0 < kLeast || n1 < kLeast) return false;
  const double gap = std::abs(sum0 / n0 - (sum_ - sum0) / n1);
  const double log_term = std::log(2 * std::log(n_) / delta_);
  const double m = 1 / (n0 - kLeast + 1) + 1 / (n1 - kLeast + 1);
  return gap > std::sqrt(2 * m * variance_ / n_ * log_term) + 2.0 / 3 * m * log_term;
}

bool Adwin::cut() {
  double n0 = 0;
  double sum0 = 0;
  for (std::size_t i = sizes_.size(); i-- > 0;) {
    for (auto bucket = sizes_[i].rbegin(); bucket != sizes_[i].rend(); ++bucket) {
      n0 += std::exp2(static_cast<double>(i));
      sum0 += bucket->sum;
      if (!differs(n0, sum0)) continue;
      drop_oldest();
      return true;
    }
  }
  return false;
}

void Adwin::drop_oldest() {
  while (sizes_.back().empty()) sizes_.pop_back();
  const Bucket oldest = sizes_.back().back();
  sizes_.back().pop_back();
  const double n = std::exp2(static_cast<double>(sizes_.size() - 1));
  n_ -= n;
  sum_ -= oldest.sum;
  const double gap = oldest.sum / n - sum_ / n_;
  variance_ = std::max(variance_ - oldest.variance - n * n_ * gap * gap / (n + n_), 0.0);
  while (sizes_.size() > 1 && sizes_.back().empty()) sizes_.pop_back();
}

}  // namespace mlops::bench
