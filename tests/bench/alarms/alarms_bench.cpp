// Rates of false alarms and delays of the detectors as shipped, beside other tools' default rules
// on the same rows. `alarms_bench CELL RUNS` prints one table; docs/statistics.md has the last
// figures and what they are of. Every run is seeded: the same build prints the same numbers.
#include <charconv>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "bench/alarms/tables.hpp"

namespace mlops::bench {
namespace {

using Cells = std::map<std::string_view, std::function<void(std::size_t)>>;

const Cells& cells() {
  static const Cells cells = {
      {"boundary", print_boundary},
      {"null", [](std::size_t n) { print_false_alarms(n, Rivals::run); }},
      {"null-ours", [](std::size_t n) { print_false_alarms(n, Rivals::left_out); }},
      {"looks", print_looks},
      {"shares", print_share_false_alarms},
      {"share-delays", print_share_delays},
      {"delays", [](std::size_t n) { print_equal_delays(kPatterns[0], 0, n, 5 * n); }},
      {"delays-harmless", [](std::size_t n) { print_equal_delays(kPatterns[0], 0.05, n, 5 * n); }},
      {"delays-cycle", [](std::size_t n) { print_equal_delays(kPatterns[1], 0, n, 5 * n); }},
      {"delays-days", [](std::size_t n) { print_equal_delays(kPatterns[3], 0, n, 5 * n); }},
      {"delays-weekend", [](std::size_t n) { print_equal_delays(kPatterns[6], 0, n, 5 * n); }}};
  return cells;
}

int usage() {
  std::fputs("alarms_bench CELL RUNS, or `all RUNS`; cells:", stderr);
  for (const auto& [name, print_cell] : cells())
    std::fprintf(stderr, " %.*s", static_cast<int>(name.size()), name.data());
  std::fputs("\n", stderr);
  return 2;
}

}  // namespace

void print(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

int run(std::string_view cell, std::string_view runs) {
  std::size_t n_runs = 0;
  std::from_chars(runs.data(), runs.data() + runs.size(), n_runs);
  if (n_runs < 10 || (cell != "all" && !cells().contains(cell))) return usage();
  for (const auto& [name, print_cell] : cells())
    if (cell == "all" || cell == name) print_cell(n_runs);
  return 0;
}

}  // namespace mlops::bench

int main(int argc, char** argv) {
  return mlops::bench::run(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "");
}
