#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "capabilities_of.hpp"
#include "render/canvas.hpp"
#include "render/cells.hpp"
#include "render/chart.hpp"
#include "render/progress_bar.hpp"
#include "render/sparkline.hpp"

using namespace mlops;
using namespace mlops::render;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_SUITE("apps/pictures") {
  TEST_CASE("sparklines span the scale and show gaps") {
    const std::vector<double> values = {0, 1, 2, 3, 4, 5, 6, 7, kNan, kInfinity};
    CHECK(sparkline(values, {0, 7}, samples::terminal_of(80)) == "▁▂▃▄▅▆▇█··");
    CHECK(sparkline(values, {0, 7}, samples::ascii_terminal_of(80)) == " .:=+#%@..");
    CHECK(sparkline(std::vector<double>{5, 5}, {5, 5}, samples::terminal_of(80)) == "▅▅");
    CHECK(sparkline(std::vector<double>{-9, 99}, {0, 1}, samples::terminal_of(80)) == "▁█");
    CHECK(sparkline({}, {0, 1}, samples::terminal_of(80)).empty());
  }

  TEST_CASE("scales leave out what is not finite") {
    const std::vector<double> values = {kNan, 3, -kInfinity, 8};
    CHECK(scale_of(values).low == 3);
    CHECK(scale_of(values).high == 8);
    CHECK(scale_of(std::vector<double>{kNan}).high == 1);
  }

  TEST_CASE("bars are as long as their share, in eighths") {
    CHECK(bar(0.5, 4, samples::terminal_of(80)) == "██··");
    CHECK(bar(0.59375, 4, samples::terminal_of(80)) == "██▍·");
    CHECK(bar(0, 4, samples::terminal_of(80)) == "····");
    CHECK(bar(7, 4, samples::terminal_of(80)) == "████");
    CHECK(bar(kNan, 4, samples::terminal_of(80)) == "····");
    CHECK(bar(0.5, 4, samples::ascii_terminal_of(80)) == "##..");
  }

  TEST_CASE("resampling combines or repeats") {
    const std::vector<double> four = {1, 3, kNan, 5};
    CHECK(resampled(four, 2, Combine::sum) == std::vector<double>{4, 5});
    CHECK(resampled(four, 2, Combine::mean) == std::vector<double>{2, 5});
    CHECK(resampled(std::vector<double>{1, 2}, 4, Combine::mean) ==
          std::vector<double>{1, 1, 2, 2});
    CHECK(std::isnan(resampled(std::vector<double>{kNan, 1}, 2, Combine::sum)[0]));
    CHECK(resampled({}, 5, Combine::sum).empty());
  }

  TEST_CASE("braille cells hold two by four dots") {
    Canvas canvas(2, 1, samples::terminal_of(80));
    CHECK(canvas.n_dots_across() == 4);
    CHECK(canvas.n_dots_down() == 4);
    canvas.line({0, 0}, {0, 3}, Role::good);
    CHECK(canvas.lines() == Lines{"⡇⠀"});
    canvas.line({3, 3}, {2, 3}, Role::good);
    CHECK(canvas.lines() == Lines{"⡇⣀"});
    canvas.line({-5, -5}, {99, -5}, Role::good);  // outside: nothing happens
    CHECK(canvas.lines() == Lines{"⡇⣀"});
  }

  TEST_CASE("a chart has exactly its size, whatever the points") {
    const std::vector<std::vector<ChartPoint>> series = {
        {},
        {{0.5, 1}},
        {{0, kNan}, {1, kNan}},
        {{0, 0.9}, {0.5, kNan}, {1, 0.8}},
        {{0, -1e9}, {1, 1e12}},
        {{0, 5}, {0.3, 5}, {1, 5}},
        {{-3, 1}, {7, 2}},
        {{0, 1e-9}, {1, 2e-9}},
    };
    for (const auto& capabilities : {samples::terminal_of(80), samples::ascii_terminal_of(80)}) {
      for (std::size_t i = 0; i < series.size(); ++i) {
        for (const std::size_t width : {20U, 33U, 60U}) {
          CAPTURE(i);
          CAPTURE(width);
          const Lines lines = draw({.points = series[i],
                                    .limit = 0.9,
                                    .labels = {{0, "12:00"}, {0.5, "15:00"}, {1, "now"}},
                                    .width = width,
                                    .height = 4},
                                   capabilities);
          CHECK(lines.size() == 5);
          for (const std::string& line : lines) CHECK(cell_width(line) == width);
        }
      }
    }
  }

  TEST_CASE("the bad side of the limit is drawn critical") {
    const Chart falling{.points = {{0, 0.95}, {1, 0.80}}, .limit = 0.9, .width = 30, .height = 4};
    std::string text;
    for (const auto& line : draw(falling, samples::color_terminal_of(80))) text += line + "\n";
    CHECK(text.find("\x1b[1;31m") != std::string::npos);
    Chart lower_is_better = falling;
    lower_is_better.points = {{0, 0.5}, {1, 0.6}};
    lower_is_better.higher_is_better = false;
    text.clear();
    for (const auto& line : draw(lower_is_better, samples::color_terminal_of(80))) text += line;
    CHECK(text.find("\x1b[1;31m") == std::string::npos);
    CHECK(text.find("\x1b[32m") != std::string::npos);
  }

  TEST_CASE("progress says step, share and remark and stays on one line") {
    const ProgressState state{
        .subject = "xgboost", .remark = "best 0.921", .step = 23, .n_steps = 60, .share = 0.38};
    CHECK(progress_line(state, samples::terminal_of(100)) ==
          "     Running xgboost  23/60  ━━━━━━━━━───────────────  38 %  best 0.921");
    CHECK(progress_line(state, samples::ascii_terminal_of(60)) ==
          "     Running xgboost  23/60  38 %  best 0.921");
    for (unsigned columns = 0; columns < 90; ++columns) {
      CHECK(cell_width(progress_line(state, samples::color_terminal_of(columns))) <
            std::max(columns, 1U));
    }
    CHECK(verb_line("Finished", "a\nb", samples::terminal_of(80)) == "    Finished a?b");
  }
}
