#include "workflow/deploy.hpp"

#include <doctest/doctest.h>

namespace mlops::workflow {
namespace {

data::Schema base() {
  return {.columns = {{.name = "age", .kind = data::ColumnKind::number},
                      {.name = "city", .kind = data::ColumnKind::category},
                      {.name = "id", .role = data::ColumnRole::ignored},
                      {.name = "y", .role = data::ColumnRole::target}},
          .target = "y",
          .classes = {"no", "yes"}};
}

}  // namespace

TEST_SUITE("workflow/deploy") {
  TEST_CASE("equal schemas have no changes, ignored columns do not count") {
    data::Schema other = base();
    other.columns[2].kind = data::ColumnKind::text;
    CHECK(schema_changes(base(), other).empty());
  }

  TEST_CASE("every change that a client would notice is named") {
    data::Schema other = base();
    other.columns[0].kind = data::ColumnKind::category;
    other.columns[1].name = "town";
    other.classes = {"no", "maybe", "yes"};
    other.target = "z";
    const auto changes = schema_changes(base(), other);
    CHECK(changes == std::vector<std::string>{"the target was 'y', is 'z'",
                                              "the classes were no, yes, are no, maybe, yes",
                                              "column 'age' was a number, is a category",
                                              "column 'town' is new", "column 'city' is gone"});
  }
}

}  // namespace mlops::workflow
