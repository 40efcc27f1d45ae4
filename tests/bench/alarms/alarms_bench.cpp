// Rates of false alarms and delays of the detectors as shipped, beside other tools' default rules
// on the same rows. `alarms_bench CELL RUNS` prints one table, `alarms_bench null RUNS PART` of it
// the rows whose time structure has PART in its name; docs/statistics.md has the last figures and
// what they are of. Every run is seeded: the same build prints the same numbers.
#include <charconv>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "bench/alarms/tables.hpp"

namespace mlops::bench {
namespace {

/// Runs, and the part of a name.
using Cells = std::map<std::string_view, std::function<void(std::size_t, std::string_view)>>;

template <typename Print>
auto whole(const Print& print_table) {
  return [print_table](std::size_t n, std::string_view) { print_table(n); };
}

auto equal_delays(const TimePattern& pattern, double harmless = 0) {
  return whole(
      [&pattern, harmless](std::size_t n) { print_equal_delays(pattern, harmless, n, 5 * n); });
}

auto false_alarms(Rivals others) {
  return [others](std::size_t n, std::string_view part) { print_false_alarms(n, others, part); };
}

const Cells& cells() {
  static const Cells cells = {{"boundary", whole(print_boundary)},
                              {"null", false_alarms(Rivals::run)},
                              {"null-ours", false_alarms(Rivals::left_out)},
                              {"looks", whole(print_looks)},
                              {"shares", whole(print_share_false_alarms)},
                              {"share-delays", whole(print_share_delays)},
                              {"delays", equal_delays(kPatterns[0])},
                              {"delays-harmless", equal_delays(kPatterns[0], 0.05)},
                              {"delays-cycle", equal_delays(kPatterns[1])},
                              {"delays-days", equal_delays(kPatterns[3])},
                              {"delays-weekend", equal_delays(kPatterns[6])}};
  return cells;
}

int usage() {
  std::fputs("alarms_bench CELL RUNS [PART], or `all RUNS`; cells:", stderr);
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

int run(std::string_view cell, std::string_view runs, std::string_view part) {
  std::size_t n_runs = 0;
  std::from_chars(runs.data(), runs.data() + runs.size(), n_runs);
  if (n_runs < 10 || (cell != "all" && !cells().contains(cell))) return usage();
  for (const auto& [name, print_cell] : cells())
    if (cell == "all" || cell == name) print_cell(n_runs, part);
  return 0;
}

}  // namespace mlops::bench

int main(int argc, char** argv) {
  return mlops::bench::run(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "",
                           argc > 3 ? argv[3] : "");
}
