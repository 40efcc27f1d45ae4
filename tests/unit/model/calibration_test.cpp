#include "model/calibration.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace mlops::model {
namespace {

struct Row {
  const char* name;
  Calibration calibration;
  double positive;  ///< probability of the second class before
  double expected;  ///< and after
};

const Row kRows[] = {
    {"platt with slope 1 and intercept 0 changes nothing", Platt{}, 0.3, 0.3},
    {"platt halves the log odds", Platt{0.5, 0}, 0.9, 0.75},
    {"platt shifts the log odds", Platt{1, std::log(3.0)}, 0.5, 0.75},
    {"platt at certainty", Platt{2, 0}, 1, 1 - 1e-15},
    {"isotonic at a point", Isotonic{{0.2, 0.6}, {0.1, 0.9}}, 0.2, 0.1},
    {"isotonic between points", Isotonic{{0.2, 0.6}, {0.1, 0.9}}, 0.4, 0.5},
    {"isotonic below the first", Isotonic{{0.2, 0.6}, {0.1, 0.9}}, 0.01, 0.1},
    {"isotonic above the last", Isotonic{{0.2, 0.6}, {0.1, 0.9}}, 0.99, 0.9},
    {"isotonic at 0 stays above 0", Isotonic{{0.2, 0.6}, {0, 1}}, 0.1, 1e-15},
    {"isotonic of one point", Isotonic{{0.5}, {0.3}}, 0.8, 0.3},
    {"temperature 1 changes nothing", Temperature{}, 0.3, 0.3},
    {"temperature 2 takes roots", Temperature{2}, 0.9, 0.75},
    {"temperature one half squares", Temperature{0.5}, 0.75, 0.9},
    {"factors multiply the odds", ClassFactors{{0.5, 2}}, 0.2, 0.5},
    {"equal factors change nothing", ClassFactors{{3, 3}}, 0.3, 0.3},
    {"factors at certainty", ClassFactors{{1, 9}}, 1, 1 - 1e-15},
    {"a tiny temperature is a decision", Temperature{1e-300}, 0.6, 1 - 1e-15},
};

}  // namespace

TEST_SUITE("model/calibration") {
  TEST_CASE("probabilities are corrected as the formulas say") {
    for (const Row& row : kRows) {
      CAPTURE(row.name);
      std::vector<double> probabilities{1 - row.positive, row.positive};
      calibrate(row.calibration, probabilities, 2);
      CHECK(probabilities[1] == doctest::Approx(row.expected).epsilon(1e-9));
      CHECK(probabilities[0] + probabilities[1] == doctest::Approx(1).epsilon(1e-12));
      CHECK(probabilities[0] > 0);
      CHECK(probabilities[1] > 0);
    }
  }

  TEST_CASE("temperature keeps the order of many classes") {
    std::vector<double> probabilities{0.5, 0.2, 0.3, 0.1, 0.8, 0.1};
    calibrate(Temperature{0.5}, probabilities, 3);
    CHECK(probabilities[0] == doctest::Approx(0.25 / 0.38));
    CHECK(probabilities[1] == doctest::Approx(0.04 / 0.38));
    CHECK(probabilities[4] == doctest::Approx(0.64 / 0.66));
  }

  TEST_CASE("calibrations have names") {
    CHECK(name_of(Platt{}) == "platt");
    CHECK(name_of(Isotonic{}) == "isotonic");
    CHECK(name_of(Temperature{}) == "temperature");
    CHECK(name_of(ClassFactors{}) == "class_factors");
  }
}

}  // namespace mlops::model
