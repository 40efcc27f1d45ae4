#include "observe/block_codec.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "observe/record_header.hpp"

namespace mlops::observe {
namespace {

bool is_exact_float(double value) {
  return std::isnan(value) || static_cast<double>(static_cast<float>(value)) == value;
}

bool all_exact_floats(std::span<const double> values) {
  for (const double value : values)
    if (!is_exact_float(value)) return false;
  return true;
}

void write_numbers(std::span<const double> values, bool narrow, ByteWriter& writer) {
  if (!narrow) return writer.fixed_all(values);
  for (const double value : values) writer.fixed(static_cast<float>(value));
}

/// Rows [first, last) of the answers, row by row.
std::vector<double> outputs_of(const data::Predictions& predictions, std::size_t first,
                               std::size_t last) {
  std::vector<double> outputs;
  if (predictions.task != data::Task::regression) {
    const auto begin = predictions.probabilities.begin();
    const auto k = predictions.n_classes;
    return {begin + static_cast<std::ptrdiff_t>(first * k),
            begin + static_cast<std::ptrdiff_t>(last * k)};
  }
  outputs.reserve((last - first) * 3);
  for (std::size_t row = first; row < last; ++row) {
    outputs.push_back(predictions.values[row]);
    outputs.push_back(predictions.lower[row]);
    outputs.push_back(predictions.upper[row]);
  }
  return outputs;
}

void set_outputs(std::vector<double> outputs, data::Predictions& predictions) {
  if (predictions.task != data::Task::regression) {
    predictions.probabilities = std::move(outputs);
    return;
  }
  for (std::size_t row = 0; row < predictions.n_rows; ++row) {
    predictions.values.push_back(outputs[row * 3]);
    predictions.lower.push_back(outputs[row * 3 + 1]);
    predictions.upper.push_back(outputs[row * 3 + 2]);
  }
}

void write_issues(const PredictionBlock& block, std::size_t first, std::size_t last,
                  ByteWriter& writer) {
  std::uint64_t n_issues = 0;
  for (const auto& issue : block.rows.issues)
    if (issue.row >= first && issue.row < last) ++n_issues;
  writer.count(n_issues);
  for (const auto& issue : block.rows.issues) {
    if (issue.row < first || issue.row >= last) continue;
    writer.count(issue.row - first);
    writer.count(issue.feature == SIZE_MAX ? 0 : issue.feature + 1);
    writer.fixed(static_cast<std::uint8_t>(issue.code));
    writer.text(issue.column);
    writer.text(issue.value);
  }
}

[[noreturn]] void bad_block(std::string_view what) {
  throw Error(ErrorKind::internal, "store.bad_block",
              fmt::format("a block of predictions cannot be logged: {}", what));
}

void check_outputs(const data::Predictions& predictions, std::size_t n_rows) {
  if (predictions.n_rows != n_rows) bad_block("answers and ids differ in number");
  if (predictions.task == data::Task::regression) {
    if (predictions.values.size() != n_rows || predictions.lower.size() != n_rows ||
        predictions.upper.size() != n_rows)
      bad_block("values and interval ends differ in number");
    return;
  }
  if (predictions.probabilities.size() != n_rows * predictions.n_classes ||
      predictions.labels.size() != n_rows)
    bad_block("probabilities and labels differ in number");
}

}  // namespace

void check_block(const PredictionBlock& block) {
  const std::size_t n_rows = block.ids.size();
  if (n_rows == 0) bad_block("no rows");
  if (block.rows.n_rows != n_rows || block.rows.cells.size() != n_rows * block.rows.n_features)
    bad_block("rows and ids differ in number");
  if (!block.client_ids.empty() && block.client_ids.size() != n_rows)
    bad_block("client ids and ids differ in number");
  check_outputs(block.predictions, n_rows);
  for (std::size_t row = 1; row < n_rows; ++row)
    if (block.ids[row] <= block.ids[row - 1]) bad_block("ids are not ascending");
}

void encode_block(const PredictionBlock& block, std::size_t first, std::size_t last,
                  ByteWriter& writer) {
  const std::size_t n_rows = last - first;
  const auto& predictions = block.predictions;
  const std::span<const double> cells(block.rows.cells.data() + first * block.rows.n_features,
                                      n_rows * block.rows.n_features);
  const std::vector<double> outputs = outputs_of(predictions, first, last);
  const bool narrow_cells = all_exact_floats(cells);
  const bool narrow_outputs = all_exact_floats(outputs);
  const bool has_issues = !block.rows.issues.empty();
  writer.fixed(kRecordFormat);
  writer.fixed(static_cast<std::uint8_t>(
      (narrow_cells ? kNarrowCells : 0) | (narrow_outputs ? kNarrowOutputs : 0) |
      (block.client_ids.empty() ? 0 : kHasClientIds) | (has_issues ? kHasIssues : 0)));
  writer.fixed(static_cast<std::uint8_t>(predictions.task));
  writer.count(n_rows);
  writer.count(block.rows.n_features);
  writer.count(predictions.n_classes);
  writer.fixed(block.latency_us);
  write_numbers(cells, narrow_cells, writer);
  write_numbers(outputs, narrow_outputs, writer);
  if (predictions.task != data::Task::regression)
    writer.fixed_all(std::span<const std::uint32_t>(predictions.labels.data() + first, n_rows));
  if (!block.client_ids.empty())
    for (std::size_t row = first; row < last; ++row) writer.text(block.client_ids[row]);
  if (has_issues) write_issues(block, first, last, writer);
}

PredictionBlock decode_block(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const RecordHeader header = read_header(reader);
  PredictionBlock block;
  block.latency_us = header.latency_us;
  block.rows.n_rows = header.n_rows;
  block.rows.n_features = header.n_features;
  read_numbers(take_matrix(reader, header.n_rows, header.n_features, header.cell_bytes()),
               header.cell_bytes(), block.rows.cells);
  auto& predictions = block.predictions;
  predictions.task = header.task;
  predictions.n_rows = header.n_rows;
  predictions.n_classes = header.n_classes;
  std::vector<double> outputs;
  read_numbers(take_matrix(reader, header.n_rows, header.n_outputs(), header.output_bytes()),
               header.output_bytes(), outputs);
  set_outputs(std::move(outputs), predictions);
  if (header.task != data::Task::regression)
    predictions.labels = reader.fixed_all<std::uint32_t>(header.n_rows);
  if (header.has(kHasClientIds))
    for (std::size_t row = 0; row < header.n_rows; ++row) block.client_ids.push_back(reader.text());
  if (header.has(kHasIssues)) block.rows.issues = read_issues(reader);
  if (!reader.at_end()) ByteReader::fail();
  return block;
}

EncodedRow decode_row(std::span<const std::byte> bytes, std::size_t row) {
  ByteReader reader(bytes);
  const RecordHeader header = read_header(reader);
  if (row >= header.n_rows) ByteReader::fail();
  const auto row_of = [row](std::span<const std::byte> matrix, std::size_t row_bytes,
                            std::size_t width) {
    std::vector<double> values;
    read_numbers(matrix.subspan(row * row_bytes, row_bytes), width, values);
    return values;
  };
  EncodedRow result{.task = header.task};
  result.cells = row_of(take_matrix(reader, header.n_rows, header.n_features, header.cell_bytes()),
                        header.n_features * header.cell_bytes(), header.cell_bytes());
  result.outputs =
      row_of(take_matrix(reader, header.n_rows, header.n_outputs(), header.output_bytes()),
             header.n_outputs() * header.output_bytes(), header.output_bytes());
  if (header.task == data::Task::regression) return result;
  const auto labels = take_matrix(reader, header.n_rows, 1, sizeof result.label);
  std::memcpy(&result.label, labels.data() + row * sizeof result.label, sizeof result.label);
  return result;
}

}  // namespace mlops::observe
