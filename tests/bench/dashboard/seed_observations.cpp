// Gives a model a past; see support/seeded_past.hpp.
// Usage: seed_observations REGISTRY MODEL DAYS ROWS_PER_HOUR [DRIFT_DAYS [LABELLED_SHARE]]
#include <fmt/format.h>

#include <cstdlib>

#include "support/seeded_past.hpp"

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr,
               "usage: seed_observations REGISTRY MODEL DAYS ROWS_PER_HOUR "
               "[DRIFT_DAYS [LABELLED_SHARE]]\n");
    return 2;
  }
  mlops::test::Past past{.days = std::atoi(argv[3]), .rows_per_hour = std::atof(argv[4])};
  if (argc > 5) past.drift_days = std::atof(argv[5]);
  if (argc > 6) past.labelled_share = std::atof(argv[6]);
  fmt::print("{}: {} rows over {} days\n", argv[2], mlops::test::give_past(argv[1], argv[2], past),
             past.days);
  return 0;
}
