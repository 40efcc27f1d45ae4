// Rates of false alarms and delays of the detectors as shipped, beside other tools' default rules
// on the same rows. `alarms_bench [quick|medium|full]`; docs/statistics.md has the last figures and
// what they are of. Every run is seeded: the same build prints the same numbers.
#include <cstdio>
#include <string>

#include "bench/alarms/tables.hpp"

namespace mlops::bench {

void print(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace mlops::bench

using namespace mlops::bench;

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "quick";
  const std::size_t scale = mode == "full" ? 20 : mode == "medium" ? 4 : 0;
  const std::size_t n_main = scale == 0 ? 20 : 100 * scale;
  const std::size_t n_other = scale == 0 ? 10 : 20 * scale;
  print("alarms_bench " + mode);
  print_boundary(n_main);
  print_false_alarms(n_main, n_other);
  print_delays(scale == 0 ? 5 : 10 * scale, n_main);
  print_share_delays(scale == 0 ? 5 : 20 * scale);
  print_looks(scale == 0 ? 2 : 5 * scale);
  return 0;
}
