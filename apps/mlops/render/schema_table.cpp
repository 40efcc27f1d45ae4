#include "render/schema_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/json.hpp"
#include "render/numbers.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kShownCategories = 4;

std::string listed(const std::vector<std::string>& values, const Capabilities& capabilities) {
  std::string text;
  for (std::size_t i = 0; i < values.size() && i < kShownCategories; ++i) {
    text += (i > 0 ? ", " : "") + values[i];
  }
  if (values.size() > kShownCategories) {
    text += fmt::format(", {} {} more", glyphs(capabilities).ellipsis,
                        values.size() - kShownCategories);
  }
  return text;
}

std::string moment_text(double seconds) {
  return to_rfc3339(Timestamp::from_seconds(seconds)).substr(0, 10);
}

std::string values_text(const data::ColumnSchema& column, const Capabilities& capabilities) {
  const bool has_range = std::isfinite(column.minimum) && std::isfinite(column.maximum);
  const std::string_view to = capabilities.terminal ? glyphs(capabilities).dash : "..";
  if (column.kind == data::ColumnKind::number && has_range) {
    return fmt::format("{} {} {}", shortest_decimal(column.minimum), to,
                       shortest_decimal(column.maximum));
  }
  if (column.kind == data::ColumnKind::datetime && has_range) {
    return fmt::format("{} {} {}", moment_text(column.minimum), to, moment_text(column.maximum));
  }
  if (!column.categories.empty()) return listed(column.categories, capabilities);
  return listed(column.examples, capabilities);
}

Role role_style(const data::ColumnSchema& column) {
  if (column.role == data::ColumnRole::target) return Role::identifier;
  return column.role == data::ColumnRole::ignored ? Role::meta : Role::plain;
}

}  // namespace

Table schema_table(const data::Schema& schema, const Capabilities& capabilities) {
  Table table({{.title = "column"},
               {.title = "kind", .shrinks = false},
               {.title = "use", .shrinks = false},
               {.title = "missing", .align = Align::right, .shrinks = false},
               {.title = "distinct", .align = Align::right, .shrinks = false},
               {.title = "values"},
               {.title = "why"}});
  for (const data::ColumnSchema& column : schema.columns) {
    const Role style = role_style(column);
    table.add_row({{column.name, style},
                   {std::string(data::to_string(column.kind)), style},
                   {std::string(data::to_string(column.role)), style},
                   {count_text(column.n_missing, capabilities), style},
                   {count_text(column.n_distinct, capabilities), style},
                   {values_text(column, capabilities), style},
                   {column.reason, Role::meta}});
  }
  return table;
}

}  // namespace mlops::render
