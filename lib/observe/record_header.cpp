#include "observe/record_header.hpp"

#include <cstring>

namespace mlops::observe {

RecordHeader read_header(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() != kRecordFormat) ByteReader::fail();
  RecordHeader header;
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

std::span<const std::byte> take_matrix(ByteReader& reader, std::size_t n_rows, std::size_t n,
                                       std::size_t width) {
  std::size_t size_bytes = 0;
  if (__builtin_mul_overflow(n_rows, n, &size_bytes) ||
      __builtin_mul_overflow(size_bytes, width, &size_bytes))
    ByteReader::fail();
  return reader.take(size_bytes);
}

void read_numbers(std::span<const std::byte> bytes, std::size_t width,
                  std::vector<double>& values) {
  values.resize(bytes.size() / width);
  if (width == 8) {
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    float value = 0;
    std::memcpy(&value, bytes.data() + i * 4, 4);
    values[i] = static_cast<double>(value);
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

}  // namespace mlops::observe
