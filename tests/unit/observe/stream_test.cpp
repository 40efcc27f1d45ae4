#include "observe/stream.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

void check_near(double value, double expected, double tolerance = 1e-9) {
  CAPTURE(value);
  CAPTURE(expected);
  CHECK(std::abs(value - expected) <= tolerance * std::abs(expected));
}

void check_all(const PerBet& values, const PerBet& expected, double tolerance = 1e-9) {
  for (std::size_t j = 0; j < kMaxBets; ++j) {
    CAPTURE(j);
    check_near(values[j], expected[j], tolerance);
  }
}

Stream share_stream(double limit, double deviation) {
  Stream stream;
  stream.share = 1;
  stream.limit = limit;
  stream.deviation = deviation;
  stream.score = {0, 1};
  stream.prepare();
  return stream;
}

/// Error rate 0.10 of 5000 rows, margin 0.02: limit 0.12.
Stream error_stream() {
  return share_stream(0.12, std::sqrt(0.12 * 0.88));
}

std::vector<double> uniform_ranks() {
  std::vector<double> ranks;
  for (int k = 0; k < 20; ++k) ranks.push_back((k + 0.5) / 20);
  return ranks;
}

Stream score_stream(std::vector<double> score, double limit, double deviation) {
  Stream stream;
  stream.share = 1;
  stream.limit = limit;
  stream.deviation = deviation;
  stream.score = std::move(score);
  stream.prepare();
  return stream;
}

}  // namespace

// Numbers: the worked example of the design, computed independently of this code.
TEST_SUITE("observe/stream") {
  TEST_CASE("limits are the margin or what the reference can resolve") {
    check_near(share_limit(0.1, 5000, 0.02, 1.959963984540054), 0.12);
    check_near(share_limit(0.1, 5000, 0, 1.959963984540054), 0.108624981574);
    check_near(share_limit(0.05, 5000, 0, 3.959839985660531), 0.063673708462);
    check_near(share_limit(0.05, 500, 0, 3.959839985660531), 0.104075831382);
    check_near(share_limit(0, 500, 0.01, 3), 9.0 / 509);
    check_near(share_limit(0.01, 5000, 0.01, 3), 0.02);
    check_near(mean_limit({0.5, 0.28831406486677, 5000}, 0, 3.290526731491895),
               0.5 + 0.013416716722, 1e-11);
    check_near(mean_limit({0.5, 0.28831406486677, 5000}, 0.02, 3.290526731491895), 0.52);
    CHECK(share_limit(0.999, 100, 0.5, 3) == 0.999);
    check_near(allowance_z(1), 1.6448536269514729, 1e-12);
    check_near(allowance_z(0.01), 3.2905267314918945, 1e-12);
  }

  TEST_CASE("bets are those of the worked example") {
    check_all(bets_against(0.12, std::sqrt(0.12 * 0.88)),
              {0.153864363724, 0.369274472938, 0.923186182345, 2.461829819587});
    check_all(bets_against(0.02, std::sqrt(0.02 * 0.98)),
              {0.357142857143, 0.857142857143, 2.142857142857, 5.714285714286});
    const double mu = 9.0 / 509;
    check_all(bets_against(mu, std::sqrt(mu * (1 - mu))),
              {0.379386200182, 0.910526880438, 2.276317201095, 6.070179202919});
    check_all(bets_against(0.52, 0.28831406486677),
              {0.173421993905, 0.416212785372, 1.040531963429, 0.95 / 0.52});
    check_all(bets_against(0.3525, 0.29627689751312),
              {0.168761048937, 0.405026517448, 1.012566293620, 0.95 / 0.3525});
  }

  TEST_CASE("evidence row by row and block by block is that of the worked example") {
    const Stream stream = error_stream();
    constexpr int kScores[] = {0, 1, 0, 0, 1, 1, 0, 1, 1, 1};
    constexpr double kSums[] = {0.000882755354842186, 0.00341561848382346, 0.003765827849978,
                                0.00415398587366779,  0.00948983640791754, 0.022462456717778,
                                0.0188049965515655,   0.0458153467105231,  0.122290790147894,
                                0.349929260897646};
    PerBet m{};
    for (std::size_t i = 0; i < 10; ++i) {
      const std::vector<std::uint64_t> row = {kScores[i] == 0 ? 1u : 0u, kScores[i] == 1 ? 1u : 0u};
      m = updated(stream, m, 0.001, stream.sum_over(stream.log_factor, row), 1);
      check_near(value_of(m), kSums[i], 1e-12);
    }
    check_all(m,
              {0.004106151076761026, 0.007751604881208593, 0.029905295560048, 0.30816620937962835},
              1e-12);
    const std::vector<std::uint64_t> six_of_ten = {4, 6};
    const PerBet evidence = stream.sum_over(stream.log_factor, six_of_ten);
    const PerBet after_one = updated(stream, {}, 0.01, evidence, 1);
    check_all(after_one,
              {0.00497118857562982, 0.0112829447719393, 0.0553990305255234, 0.620962512257822},
              1e-12);
    check_near(value_of(updated(stream, {}, 0.01, evidence, 2.5)), 0.0391904220936361, 1e-12);
    const std::vector<std::uint64_t> two_of_twenty = {18, 2};
    const PerBet after_two =
        updated(stream, after_one, 0.01, stream.sum_over(stream.log_factor, two_of_twenty), 1);
    check_all(after_two,
              {0.00688656041081479, 0.0107011705776788, 0.0229787632005688, 0.011447087149244},
              1e-12);
    check_near(value_of(after_two), 0.0520135813383064, 1e-12);
  }

  TEST_CASE("evidence that an alarm is over is that of the worked example") {
    const Stream stream = error_stream();
    const std::vector<std::uint64_t> counts = {92, 8};
    const PerBet logs = stream.sum_over(stream.log_resolve, counts);
    check_all(logs, {0.519258776500, 0.845160849660, -3.721768393290, -12.758850663474});
    double mean = 0;
    for (const double log : logs) mean += std::exp(log) / 4;
    check_near(mean, 1.008331919907);
  }

  TEST_CASE("location and spread of twenty even bins give the worked example's factors") {
    std::vector<std::uint64_t> rising(20);
    std::vector<std::uint64_t> u_shaped(20);
    for (std::size_t k = 0; k < 20; ++k) {
      rising[k] = k;
      u_shaped[k] = k < 10 ? 10 - k : k - 9;
    }
    std::vector<double> down = uniform_ranks();
    for (double& u : down) u = 1 - u;
    std::vector<double> spread;
    for (const double u : uniform_ranks()) spread.push_back((2 * u - 1) * (2 * u - 1));
    const Stream location_up = score_stream(uniform_ranks(), 0.52, 0.28831406486677);
    const Stream location_down = score_stream(down, 0.52, 0.28831406486677);
    const Stream spread_up = score_stream(spread, 0.3525, 0.29627689751312);
    check_all(location_up.sum_over(location_up.log_factor, rising),
              {4.895242689933, 11.081829023686, 23.815145406054, 33.352451683738});
    check_all(location_down.sum_over(location_down.log_factor, rising),
              {-6.694937058269, -17.077731697697, -51.382746586730, -135.148671557406});
    check_all(spread_up.sum_over(spread_up.log_factor, rising),
              {-0.877148306057, -2.885617695353, -12.379106033452, -113.994804734909});
    check_all(spread_up.sum_over(spread_up.log_factor, u_shaped),
              {2.260254023324, 4.949403669615, 9.645608856944, 1.903959998405});
  }

  TEST_CASE("the factor of a bet is the likelihood ratio that it is made for") {
    Stream stream = share_stream(0.12, 1);
    const double lambda = (0.2 - 0.12) / (0.12 * 0.88);
    check_near(1 + lambda * (1 - 0.12), 5.0 / 3, 1e-14);
    check_near(1 + lambda * (0 - 0.12), 10.0 / 11, 1e-14);
    stream.log_factor[0][0] = std::log1p(lambda * (0 - 0.12));
    stream.log_factor[1][0] = std::log1p(lambda * (1 - 0.12));
    const std::vector<std::uint64_t> counts = {38, 12};
    check_near(std::exp(stream.sum_over(stream.log_factor, counts)[0]), 12.2818265391041, 1e-12);
  }

  TEST_CASE("the expected factor at the limit is exactly one") {
    const Stream stream = error_stream();
    for (std::uint64_t n = 1; n <= 20; ++n) {
      PerBet mean{};
      double binomial = std::pow(0.88, static_cast<double>(n));
      for (std::uint64_t k = 0; k <= n; ++k) {
        const std::vector<std::uint64_t> counts = {n - k, k};
        const PerBet logs = stream.sum_over(stream.log_factor, counts);
        for (std::size_t j = 0; j < kMaxBets; ++j) mean[j] += binomial * std::exp(logs[j]);
        binomial *= static_cast<double>(n - k) / static_cast<double>(k + 1) * 0.12 / 0.88;
      }
      CAPTURE(n);
      check_all(mean, {1, 1, 1, 1}, 1e-12);
    }
  }

  TEST_CASE("one bin against the rest counts like the score vector it stands for") {
    Stream full;
    full.share = 1;
    full.limit = 0.08;
    full.deviation = 0.2;
    full.first_bet = 1;
    full.score = std::vector<double>(20, 0);
    full.score[3] = 1;
    full.prepare();
    Stream bin = full;
    bin.bin = 3;
    bin.score = {0, 1};
    bin.prepare();
    Random random(5);
    std::vector<std::uint64_t> counts(20);
    for (auto& count : counts) count = random.below(50);
    const PerBet a = full.sum_over(full.log_factor, counts);
    const PerBet b = bin.sum_over(bin.log_factor, counts);
    CHECK(a[0] == 0);
    CHECK(b[0] == 0);
    for (std::size_t j = 1; j < kMaxBets; ++j) check_near(b[j], a[j], 1e-12);
    check_near(bin.mean_score(counts), full.mean_score(counts), 1e-14);
    CHECK(bin.prior(0) == 0);
    check_near(bin.prior(1), 1.0 / 3);
  }

  TEST_CASE("budget accrues in wall-clock time, a day at most, never backwards") {
    const Timestamp start{1'000'000'000'000};
    const auto later = [start](std::int64_t micros) { return Timestamp{start.micros + micros}; };
    check_near(accrued(0.01, start, later(kMicrosPerHour), 90), 4.629629629630e-06);
    check_near(accrued(1, start, later(kMicrosPerDay), 90), 1.0 / 90);
    check_near(accrued(1, start, later(10 * kMicrosPerDay), 90), 1.0 / 90);
    CHECK(accrued(1, start, start, 90) == 0);
    CHECK(accrued(1, start, later(-5), 90) == 0);
  }

  TEST_CASE("a stream without room above its limit never gives evidence") {
    const Stream stream = share_stream(0.999, 0.03);
    CHECK(stream.is_dead());
    const std::vector<std::uint64_t> counts = {0, 1000000};
    CHECK(value_of(updated(stream, {}, 1, stream.sum_over(stream.log_factor, counts), 1)) == 0);
  }

  TEST_CASE("values stay finite under any evidence") {
    const Stream stream = error_stream();
    const std::vector<std::uint64_t> counts = {0, 1000000000};
    const PerBet m = updated(stream, {}, 1, stream.sum_over(stream.log_factor, counts), 1);
    for (const double value : m) CHECK(value == 1e6);
  }
}
