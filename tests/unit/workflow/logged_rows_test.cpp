#include "workflow/logged_rows.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace mlops::workflow {
namespace {

using data::ColumnKind;

/// A schema of features and nothing else.
data::Schema features(std::vector<data::ColumnSchema> columns) {
  return {.columns = std::move(columns), .classes = {"no", "yes"}};
}

data::ColumnSchema category(const char* name, std::vector<std::string> levels) {
  return {.name = name, .kind = ColumnKind::category, .categories = std::move(levels)};
}

/// One logged cell and what the other version reads of it.
struct Case {
  const char* name;
  data::ColumnSchema from;
  data::ColumnSchema to;
  double logged;
  double expected;
};

const double kMissing = std::nan("");

const Case kCases[] = {
    {"numbers stay", {.name = "x"}, {.name = "x"}, 1.5, 1.5},
    {"missing stays missing", {.name = "x"}, {.name = "x"}, kMissing, kMissing},
    {"a level keeps its text", category("x", {"a", "b"}), category("x", {"b", "c", "a"}), 0, 2},
    {"a level that the other does not know is unseen", category("x", {"a", "b"}),
     category("x", {"b", "c"}), 0, data::kUnseenCategory},
    {"an unseen level stays unseen", category("x", {"a"}), category("x", {"a", "b"}),
     data::kUnseenCategory, data::kUnseenCategory},
    {"a level that is a number becomes one", category("x", {"7", "12"}), {.name = "x"}, 1, 12},
    {"an unseen level is no number",
     category("x", {"7"}),
     {.name = "x"},
     data::kUnseenCategory,
     kMissing},
    {"a number becomes a level", {.name = "x", .integral = true}, category("x", {"3", "7"}), 7, 1},
    {"truth values are matched by their words",
     {.name = "x", .kind = ColumnKind::boolean, .categories = {"no", "yes"}},
     {.name = "x", .kind = ColumnKind::boolean, .categories = {"false", "true"}},
     1,
     1},
    {"a column that was not logged is missing", {.name = "other"}, {.name = "x"}, 1, kMissing}};

}  // namespace

TEST_SUITE("workflow/logged_rows") {
  TEST_CASE("logged cells become the cells of another version") {
    for (const Case& c : kCases) {
      CAPTURE(c.name);
      const CellTranslator translator(features({c.from}), features({c.to}));
      const data::ConformedRows rows =
          translator.translate({.n_rows = 1, .n_features = 1, .cells = {c.logged}});
      REQUIRE(rows.cells.size() == 1);
      CAPTURE(rows.cells[0]);
      CHECK((std::isnan(c.expected) ? std::isnan(rows.cells[0]) : rows.cells[0] == c.expected));
    }
  }

  TEST_CASE("columns are matched by name, in whatever order and number") {
    const CellTranslator translator(features({{.name = "a"}, {.name = "b"}, {.name = "c"}}),
                                    features({{.name = "c"}, {.name = "a"}}));
    const data::ConformedRows rows =
        translator.translate({.n_rows = 2, .n_features = 3, .cells = {1, 2, 3, 4, 5, 6}});
    CHECK(rows.cells == std::vector<double>{3, 1, 6, 4});
    CHECK(translator.from_classes() == std::vector<std::string>{"no", "yes"});
  }
}

}  // namespace mlops::workflow
