#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "data/reader.hpp"
#include "serve/codec/mlflow_decoder.hpp"

namespace mlops::serve::codec {
namespace {

constexpr std::string_view kIdColumn = "id";

data::ReadResult read(std::string_view body) {
  try {
    return data::read_table_from_bytes(body, "body.csv",
                                       {.separator = ',',
                                        .quote = '"',
                                        .header = true,
                                        .decimal = '.',
                                        .text_columns = {std::string(kIdColumn)},
                                        .threads = 1,
                                        .checksum = false});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_data) throw;
    throw Error(ErrorKind::invalid_argument, "mlflow.bad_csv", error.what(),
                "send comma-separated values under a line of column names");
  }
}

/// The client's own ids, where there is such a column and the model has no feature of that name.
std::vector<std::string> ids_of(const data::Table& table, const data::RowConformer& conformer) {
  std::vector<std::string> ids;
  const data::TableColumn* column = table.find(kIdColumn);
  if (column == nullptr || conformer.knows_column(kIdColumn)) return ids;
  for (std::size_t row = 0; row < table.n_rows; ++row)
    ids.push_back(column->is_missing(row) ? std::string() : column->text(row));
  return ids;
}

}  // namespace

DecodedRows decode_mlflow_csv(std::string_view body, const data::RowConformer& conformer,
                              std::size_t max_rows) {
  const data::ReadResult result = read(body);
  if (result.table.n_rows > max_rows) throw_too_many_rows(max_rows);
  RowBuilder builder(conformer, max_rows);
  builder.take_table(conformer.from_table(result.table), ids_of(result.table, conformer));
  return builder.finish();
}

}  // namespace mlops::serve::codec
