// What the codec fuzzer and the replay of its corpus do with some bytes: read them as a scoring
// request of every dialect, and check what must hold whatever the bytes are.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "fuzz/must_hold.hpp"
#include "serve/codec/json_scratch.hpp"
#include "serve/codec/mlflow_decoder.hpp"
#include "serve/codec/open_inference_decoder.hpp"
#include "serve/codec/predict_codec.hpp"

namespace mlops::fuzz {

/// One feature of each kind, and a target.
inline data::Schema every_kind() {
  data::Schema schema;
  schema.task = data::Task::binary;
  schema.target = "y";
  schema.classes = {"No", "Yes"};
  const auto add = [&](std::string name, data::ColumnKind kind,
                       std::vector<std::string> categories) {
    data::ColumnSchema column;
    column.name = std::move(name);
    column.kind = kind;
    column.categories = std::move(categories);
    schema.columns.push_back(std::move(column));
  };
  add("n", data::ColumnKind::number, {});
  add("c", data::ColumnKind::category, {"a", "b", "10"});
  add("b", data::ColumnKind::boolean, {"No", "Yes"});
  add("t", data::ColumnKind::datetime, {});
  add("y", data::ColumnKind::category, {"No", "Yes"});
  schema.columns[0].minimum = 0;
  schema.columns[0].maximum = 100;
  schema.columns[3].datetime_format = "%Y-%m-%d";
  schema.columns[4].role = data::ColumnRole::target;
  return schema;
}

inline constexpr std::size_t kMaxRows = 50;

inline void check_decoded(const serve::codec::DecodedRows& decoded, std::size_t n_features) {
  const data::ConformedRows& rows = decoded.rows;
  must_hold(rows.n_rows <= kMaxRows && rows.n_features == n_features);
  must_hold(rows.cells.size() == rows.n_rows * n_features);
  must_hold(rows.n_rows > 0 || decoded.n_errors > 0);
  for (const double cell : rows.cells) must_hold(!std::isinf(cell));
  must_hold(decoded.client_ids.empty() || decoded.client_ids.size() == rows.n_rows);
  must_hold(decoded.errors.size() <= serve::kMaxRowProblems);
  must_hold((decoded.n_errors > 0) == !decoded.errors.empty());
  std::size_t last_row = 0;
  for (const data::CellIssue& issue : decoded.rows.issues) {
    must_hold(issue.row < std::max<std::size_t>(rows.n_rows, 1) && issue.row >= last_row);
    last_row = issue.row;
  }
}

/// A refusal is an invalid_argument with a code; anything else is a bug.
inline void decode(const std::function<serve::codec::DecodedRows()>& read, std::size_t n_features) {
  try {
    check_decoded(read(), n_features);
  } catch (const Error& error) {
    must_hold(error.kind() == ErrorKind::invalid_argument && !error.code().empty());
  }
}

inline void decode_every_dialect(std::string_view bytes) {
  static const data::Schema schema = every_kind();
  static const data::RowConformer conformer(schema);
  static serve::codec::JsonScratch scratch;
  namespace codec = serve::codec;
  const std::size_t n = conformer.n_features();
  std::string body(bytes);
  decode([&] { return codec::decode_predict(body, conformer, kMaxRows, scratch); }, n);
  decode(
      [&] {
        return codec::decode_open_inference(body, {conformer, schema}, kMaxRows, scratch).decoded;
      },
      n);
  decode([&] { return codec::decode_mlflow_json(body, conformer, kMaxRows, scratch); }, n);
  decode([&] { return codec::decode_mlflow_csv(body, conformer, kMaxRows); }, n);
  must_hold(body == bytes);
}

}  // namespace mlops::fuzz
