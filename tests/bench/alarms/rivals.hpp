// Other tools' default rules, written anew from their sources and documentation.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace mlops::bench {

/// A rule over the rows of one day: a statistic and when it fires.
class DayRule {
 public:
  virtual ~DayRule() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// `day` is sorted.
  [[nodiscard]] virtual double statistic(const std::vector<double>& day) const = 0;
  /// As shipped: fires where the statistic is at least this.
  [[nodiscard]] virtual double threshold(std::size_t n) const = 0;
};

/// Evidently's default for a numeric column with more than 1000 reference rows: Wasserstein
/// distance / max(reference deviation, 0.001) >= 0.1. `reference` is sorted.
class WassersteinRule final : public DayRule {
 public:
  explicit WassersteinRule(const std::vector<double>& reference);
  [[nodiscard]] std::string name() const override { return "Wasserstein >= 0.1 (Evidently)"; }
  [[nodiscard]] double statistic(const std::vector<double>& day) const override;
  [[nodiscard]] double threshold(std::size_t /*n*/) const override { return 0.1; }

 private:
  const std::vector<double>* reference_;
  double scale_;
};

/// Its default up to 1000 reference rows: two-sample Kolmogorov-Smirnov, p <= 0.05.
class KolmogorovRule final : public DayRule {
 public:
  explicit KolmogorovRule(const std::vector<double>& reference) : reference_(&reference) {}
  [[nodiscard]] std::string name() const override { return "KS p <= 0.05 (Evidently)"; }
  /// sqrt(nm / (n + m)) D.
  [[nodiscard]] double statistic(const std::vector<double>& day) const override;
  [[nodiscard]] double threshold(std::size_t /*n*/) const override { return 1.3581; }

 private:
  const std::vector<double>* reference_;
};

/// NannyML's default: Jensen-Shannon distance (base 2) over Doane's bins of the reference, with
/// mean + 3 standard deviations of ten reference chunks as its threshold. `unsorted` is the
/// reference in its own order.
class ChunkRule final : public DayRule {
 public:
  explicit ChunkRule(const std::vector<double>& unsorted);
  [[nodiscard]] std::string name() const override { return "JS, mean + 3 std (NannyML)"; }
  [[nodiscard]] double statistic(const std::vector<double>& day) const override;
  [[nodiscard]] double threshold(std::size_t /*n*/) const override { return threshold_; }

 private:
  [[nodiscard]] std::vector<double> shares(const std::vector<double>& rows) const;

  double lower_ = 0;
  double width_ = 1;
  std::size_t n_bins_ = 1;
  std::vector<double> reference_;
  double threshold_ = 0;
};

/// The rule that many write by hand: population stability index over deciles > 0.1.
class StabilityRule final : public DayRule {
 public:
  explicit StabilityRule(const std::vector<double>& reference);
  [[nodiscard]] std::string name() const override { return "PSI > 0.1, deciles"; }
  [[nodiscard]] double statistic(const std::vector<double>& day) const override;
  [[nodiscard]] double threshold(std::size_t /*n*/) const override { return 0.1; }

 private:
  std::vector<double> edges_;
};

/// NannyML's realized performance: the day's share outside mean +- 3 standard deviations of ten
/// reference chunks (upper side).
class ShareRule {
 public:
  /// Scores of the reference in their order, 0 or 1.
  explicit ShareRule(const std::vector<std::uint8_t>& reference);
  [[nodiscard]] bool fires(std::uint64_t n, std::uint64_t ones) const;

 private:
  double threshold_ = 0;
};

/// The rules beside one feature's rows: on every day's rows once a day, and on the last 1000 rows
/// once an hour.
class RivalSet {
 public:
  static constexpr std::size_t kRules = 6;
  static constexpr const char* kNames[kRules] = {"W1, day",  "KS, day",       "JS chunks, day",
                                                 "PSI, day", "W1, last 1000", "KS, last 1000"};
  enum Rule : std::size_t { wasserstein, kolmogorov, chunks, stability, last_wasserstein };
  /// What the rules say after an hour, as multiples of their shipped thresholds: nothing before a
  /// window is full.
  using Ratios = std::array<double, kRules>;

  /// `unsorted` is the reference in its own order. The last two rules only where `sliding`.
  RivalSet(const std::vector<double>& unsorted, bool sliding);
  [[nodiscard]] Ratios hour(std::size_t hour, const std::vector<double>& rows);

 private:
  bool sliding_;
  std::vector<double> sorted_;
  ChunkRule chunks_;
  WassersteinRule wasserstein_;
  KolmogorovRule kolmogorov_;
  StabilityRule stability_;
  std::vector<double> day_;
  std::deque<double> last_;
};

/// Adaptive windowing with River's defaults: delta 0.002, looks every 32 rows, 5 buckets a size.
/// Source: Bifet & Gavalda, "Learning from time-changing data with adaptive windowing", 2007.
class Adwin {
 public:
  explicit Adwin(double delta = 0.002) : delta_(delta) {}
  /// Adds a row; true when the window was cut.
  bool add(double value);

 private:
  struct Bucket {
    double sum = 0;
    double variance = 0;  ///< sum of squared gaps
  };
  void insert(double value);
  void compress();
  bool cut();
  bool differs(double n0, double sum0) const;
  void drop_oldest();

  double delta_;
  std::vector<std::deque<Bucket>> sizes_{1};  ///< buckets of 2^i rows, the newest first
  double n_ = 0;
  double sum_ = 0;
  double variance_ = 0;
  std::uint64_t n_seen_ = 0;
};

}  // namespace mlops::bench
