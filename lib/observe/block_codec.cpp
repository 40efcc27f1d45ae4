#include "observe/block_codec.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace mlops::observe {
namespace {

constexpr std::uint8_t kFormat = 1;

// Flags of a record. Part of the on-disk format: add, never renumber.
constexpr std::uint8_t kNarrowCells = 1;
constexpr std::uint8_t kNarrowOutputs = 2;
constexpr std::uint8_t kHasClientIds = 4;
constexpr std::uint8_t kHasIssues = 8;

/// What stands before the numbers.
struct Header {
  std::uint8_t flags = 0;
  data::Task task = data::Task::regression;
  std::size_t n_rows = 0;
  std::size_t n_features = 0;
  std::size_t n_classes = 0;
  double latency_us = 0;

  [[nodiscard]] bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }
  [[nodiscard]] std::size_t cell_bytes() const noexcept { return has(kNarrowCells) ? 4 : 8; }
  [[nodiscard]] std::size_t output_bytes() const noexcept { return has(kNarrowOutputs) ? 4 : 8; }
  /// Outputs of one row: class probabilities, or value, lower and upper.
  [[nodiscard]] std::size_t n_outputs() const noexcept {
    return task == data::Task::regression ? 3 : n_classes;
  }
};

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

std::vector<double> read_numbers(std::span<const std::byte> bytes, std::size_t width) {
  std::vector<double> values(bytes.size() / width);
  if (width == 8) {
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    float value = 0;
    std::memcpy(&value, bytes.data() + i * 4, 4);
    values[i] = static_cast<double>(value);
  }
  return values;
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

void set_outputs(const std::vector<double>& outputs, data::Predictions& predictions) {
  if (predictions.task != data::Task::regression) {
    predictions.probabilities = outputs;
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

std::vector<data::CellIssue> read_issues(ByteReader& reader) {
  std::vector<data::CellIssue> issues(reader.length());
  for (auto& issue : issues) {
    issue.row = static_cast<std::size_t>(reader.count());
    const std::uint64_t feature = reader.count();
    issue.feature = feature == 0 ? SIZE_MAX : static_cast<std::size_t>(feature - 1);
    issue.code = static_cast<data::CellIssueCode>(reader.fixed<std::uint8_t>());
    issue.column = reader.text();
    issue.value = reader.text();
  }
  return issues;
}

Header read_header(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() != kFormat) ByteReader::fail();
  Header header;
  header.flags = reader.fixed<std::uint8_t>();
  const auto task = reader.fixed<std::uint8_t>();
  if (task > static_cast<std::uint8_t>(data::Task::regression)) ByteReader::fail();
  header.task = static_cast<data::Task>(task);
  header.n_rows = reader.length();
  header.n_features = reader.length();
  header.n_classes = reader.length();
  header.latency_us = reader.fixed<double>();
  return header;
}

/// n * width bytes for each of `n_rows` rows; refuses a product that overflows.
std::span<const std::byte> take_matrix(ByteReader& reader, std::size_t n_rows, std::size_t n,
                                       std::size_t width) {
  std::size_t size_bytes = 0;
  if (__builtin_mul_overflow(n_rows, n, &size_bytes) ||
      __builtin_mul_overflow(size_bytes, width, &size_bytes))
    ByteReader::fail();
  return reader.take(size_bytes);
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
  writer.fixed(kFormat);
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
  const Header header = read_header(reader);
  PredictionBlock block;
  block.latency_us = header.latency_us;
  block.rows.n_rows = header.n_rows;
  block.rows.n_features = header.n_features;
  block.rows.cells =
      read_numbers(take_matrix(reader, header.n_rows, header.n_features, header.cell_bytes()),
                   header.cell_bytes());
  auto& predictions = block.predictions;
  predictions.task = header.task;
  predictions.n_rows = header.n_rows;
  predictions.n_classes = header.n_classes;
  set_outputs(
      read_numbers(take_matrix(reader, header.n_rows, header.n_outputs(), header.output_bytes()),
                   header.output_bytes()),
      predictions);
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
  const Header header = read_header(reader);
  if (row >= header.n_rows) ByteReader::fail();
  const auto row_of = [row](std::span<const std::byte> matrix, std::size_t row_bytes,
                            std::size_t width) {
    return read_numbers(matrix.subspan(row * row_bytes, row_bytes), width);
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
