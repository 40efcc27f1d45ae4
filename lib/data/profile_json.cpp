#include "data/profile.hpp"

#include <fmt/format.h>

namespace mlops::data {
namespace {

constexpr const char* kSource = "profile.json";

Json column_json(const ColumnProfile& column) {
  return {{"name", column.name},
          {"kind", to_string(column.kind)},
          {"edges", column.edges},
          {"levels", column.levels},
          {"counts", column.counts},
          {"n_present", column.n_present},
          {"n_missing", column.n_missing},
          {"n_unseen", column.n_unseen},
          {"mean", json_number(column.mean)},
          {"standard_deviation", json_number(column.standard_deviation)},
          {"minimum", json_number(column.minimum)},
          {"maximum", json_number(column.maximum)},
          {"importance", json_number(column.importance)}};
}

[[noreturn]] void fail(std::string_view what) {
  throw Error(ErrorKind::corrupt, "profile.corrupt", fmt::format("{}: {}", kSource, what));
}

ColumnProfile column_from(const Json& json) {
  const JsonObject object(json, kSource);
  const auto kind = parse_column_kind(object.text("kind"));
  if (!kind) fail("unknown kind of column");
  ColumnProfile column{.name = object.text("name"),
                       .kind = *kind,
                       .edges = object.numbers("edges"),
                       .levels = object.texts("levels"),
                       .n_present = object.unsigned_integer("n_present"),
                       .n_missing = object.unsigned_integer("n_missing"),
                       .n_unseen = object.unsigned_integer("n_unseen"),
                       .mean = object.number("mean"),
                       .standard_deviation = object.number("standard_deviation"),
                       .minimum = object.number("minimum"),
                       .maximum = object.number("maximum"),
                       .importance = object.number("importance")};
  for (const Json& count : object.array("counts")) {
    if (!count.is_number_unsigned()) fail("a count is not a number");
    column.counts.push_back(count.get<std::uint64_t>());
  }
  const bool numeric = *kind == ColumnKind::number || *kind == ColumnKind::datetime;
  const std::size_t bins = (numeric ? column.edges.size() : column.levels.size()) + 1;
  if (column.counts.size() != bins) fail("bins and counts differ in number");
  return column;
}

}  // namespace

Json to_json(const ReferenceProfile& profile) {
  Json features = Json::array();
  for (const ColumnProfile& column : profile.features) features.push_back(column_json(column));
  return {{"format", 1},
          {"n_rows", profile.n_rows},
          {"features", features},
          {"prediction", column_json(profile.prediction)}};
}

ReferenceProfile profile_from_json(const Json& json) {
  try {
    const JsonObject object(json, kSource);
    if (object.integer("format") != 1) fail("a newer format");
    ReferenceProfile profile{.prediction = column_from(object.member("prediction")),
                             .n_rows = object.unsigned_integer("n_rows")};
    for (const Json& column : object.array("features"))
      profile.features.push_back(column_from(column));
    return profile;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::corrupt) throw;
    fail(error.what());
  }
}

}  // namespace mlops::data
