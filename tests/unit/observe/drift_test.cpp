// Distances and tests against SciPy's figures (distances_golden.py), and their invariants.
#include "observe/drift.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "observe/distribution.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

using Bins = std::vector<std::uint64_t>;

void check_equal(double value, double expected) {
  CAPTURE(value);
  CAPTURE(expected);
  CHECK(std::abs(value - expected) <= 1e-9 * std::max(1.0, std::abs(expected)));
}

Json golden() {
  const std::filesystem::path path =
      std::filesystem::path(MLOPS_TEST_SOURCE_DIR) / "unit/observe/distances_golden.json";
  return parse_json(read_file(path), path.string());
}

Bins draw_bins(Random& random, std::size_t n_bins) {
  Bins bins(n_bins);
  for (auto& n : bins) n = random.below(200);
  bins[0] += 1;
  return bins;
}

}  // namespace

TEST_SUITE("observe/drift") {
  TEST_CASE("distances and tests of histograms are SciPy's to 1e-9") {
    const Json figures = golden();
    CHECK(figures["histograms"].size() > 20);
    for (const Json& row : figures["histograms"]) {
      const auto reference = row["reference"].get<Bins>();
      const auto current = row["current"].get<Bins>();
      CAPTURE(dump_json(row["current"]));
      const auto p = smoothed_shares(reference);
      const auto q = smoothed_shares(current);
      check_equal(population_stability_index(p, q), row["psi"].get<double>());
      check_equal(jensen_shannon_distance(p, q), row["js"].get<double>());
      const double ks = kolmogorov_smirnov(reference, current);
      check_equal(ks, row["ks"].get<double>());
      double m = 0;
      double n = 0;
      for (const auto count : reference) m += static_cast<double>(count);
      for (const auto count : current) n += static_cast<double>(count);
      check_equal(kolmogorov_smirnov_p(ks, m, n), row["ks_p"].get<double>());
      const ChiSquare chi2 = chi_square(reference, current);
      check_equal(chi2.statistic, row["chi2"].get<double>());
      CHECK(chi2.df == row["df"].get<double>());
      check_equal(wasserstein(reference, current, row["positions"].get<std::vector<double>>()),
                  row["wasserstein"].get<double>());
    }
  }

  TEST_CASE("distribution functions are SciPy's to 1e-9") {
    const Json figures = golden();
    for (const Json& row : figures["chi2_survival"])
      check_equal(chi_square_survival(row[0].get<double>(), row[1].get<double>()),
                  row[2].get<double>());
    for (const Json& row : figures["chi2_quantile"])
      check_equal(chi_square_quantile(row[0].get<double>(), row[1].get<double>()),
                  row[2].get<double>());
    for (const Json& row : figures["normal_quantile"])
      check_equal(normal_quantile(row[0].get<double>()), row[1].get<double>());
    for (const Json& row : figures["kolmogorov_survival"])
      check_equal(kolmogorov_survival(row[0].get<double>()), row[1].get<double>());
  }

  TEST_CASE("equal shares have no distance, and a distance has no direction") {
    Random random(3);
    for (int repetition = 0; repetition < 200; ++repetition) {
      const Bins a = draw_bins(random, 2 + random.below(30));
      const Bins b = draw_bins(random, a.size());
      const auto p = smoothed_shares(a);
      const auto q = smoothed_shares(b);
      CHECK(population_stability_index(p, p) == 0);
      CHECK(jensen_shannon_distance(p, p) == 0);
      CHECK(kolmogorov_smirnov(a, a) == 0);
      CHECK(chi_square(a, a).statistic == doctest::Approx(0));
      check_equal(population_stability_index(p, q), population_stability_index(q, p));
      check_equal(jensen_shannon_distance(p, q), jensen_shannon_distance(q, p));
      CHECK(population_stability_index(p, q) >= 0);
      CHECK(jensen_shannon_distance(p, q) <= 1);
      CHECK(kolmogorov_smirnov(a, b) <= 1);
    }
  }

  TEST_CASE("the noise floors are those of alarms with known sizes") {
    struct Case {
      double n;
      std::size_t bins;
      double floor;
    };
    constexpr Case kCases[] = {{100, 20, 0.369146865119},  {500, 20, 0.079619912084},
                               {1000, 20, 0.043429042955}, {10000, 20, 0.010857260739},
                               {100, 10, 0.220993142201},  {500, 10, 0.047665187534},
                               {1000, 10, 0.025999193200}, {10000, 10, 0.006499798300}};
    for (const Case& c : kCases) {
      CAPTURE(c.n);
      check_equal(psi_noise_floor(5000, c.n, c.bins), c.floor);
      check_equal(std::pow(jensen_shannon_noise_floor(5000, c.n, c.bins), 2) * std::log(2.0),
                  c.floor / 8);
    }
    CHECK(psi_noise_floor(5000, 100, 1) == 0);
  }

  TEST_CASE("equal data is beyond its noise floor about once in a hundred times") {
    Random random(8);
    for (const std::size_t n : {100u, 1000u}) {
      int beyond = 0;
      for (int repetition = 0; repetition < 4000; ++repetition) {
        Bins reference(20, 0);
        Bins current(20, 0);
        for (std::size_t i = 0; i < 2000; ++i) ++reference[random.below(20)];
        for (std::size_t i = 0; i < n; ++i) ++current[random.below(20)];
        if (population_stability_index(smoothed_shares(reference), smoothed_shares(current)) >
            psi_noise_floor(2000, static_cast<double>(n), 20))
          ++beyond;
      }
      CAPTURE(n);
      CHECK(beyond <= 70);  // 40 expected at the nominal rate, 4.7 standard errors above
      CHECK(beyond >= 10);
    }
  }

  TEST_CASE("without rows a test says nothing") {
    const Bins none(5, 0);
    const Bins some(5, 3);
    CHECK(std::isnan(kolmogorov_smirnov(some, none)));
    CHECK(std::isnan(chi_square(none, some).statistic));
    CHECK(std::isnan(wasserstein(some, none, std::vector<double>{1, 2, 3, 4, 5})));
  }
}
