#include "data/read_wishes.hpp"

namespace mlops::data {

ReadOptions read_as_said(ReadOptions options, const InferenceOptions& said) {
  for (const auto& [name, kind] : said.kinds) {
    const bool has_format = said.datetime_formats.contains(name);
    auto& columns = kind == ColumnKind::number ? options.number_columns
                    : has_format               ? options.text_columns
                                               : options.level_columns;
    columns.push_back(name);
  }
  options.level_columns.insert(options.level_columns.end(), said.drop.begin(), said.drop.end());
  return options;
}

ReadOptions read_to_fit(ReadOptions options, const Schema& schema) {
  for (const ColumnSchema& column : schema.columns) {
    if (column.role != ColumnRole::feature) {
      options.level_columns.push_back(column.name);
    } else if (column.kind == ColumnKind::number) {
      options.number_columns.push_back(column.name);
    } else if (column.kind != ColumnKind::boolean) {
      options.text_columns.push_back(column.name);
    }
  }
  if (!options.missing_markers && !schema.missing_markers.empty())
    options.missing_markers = schema.missing_markers;
  options.expect_decimal_comma = schema.decimal == ',';
  return options;
}

ReadOptions read_as_written(const Schema& schema) {
  ReadOptions options{.separator = ',',
                      .quote = '"',
                      .header = true,
                      .decimal = '.',
                      .missing_markers = std::vector<std::string>{},
                      .encoding = Encoding::utf_8};
  for (const ColumnSchema& column : schema.columns) {
    const bool texts = column.kind == ColumnKind::category || column.kind == ColumnKind::datetime;
    (texts ? options.text_columns : options.level_columns).push_back(column.name);
  }
  return options;
}

}  // namespace mlops::data
