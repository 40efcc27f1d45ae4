#include "observe/record_header.hpp"

#include <array>
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
  copy_numbers(bytes, width, values.data());
}

void copy_numbers(std::span<const std::byte> bytes, std::size_t width, double* into) noexcept {
  if (width == 8) {
    if (!bytes.empty()) std::memcpy(into, bytes.data(), bytes.size());
    return;
  }
  constexpr std::size_t kTogether = 4;  // few instructions
  const std::size_t n = bytes.size() / 4;
  std::size_t i = 0;
  for (; i + kTogether <= n; i += kTogether) {
    std::array<float, kTogether> some;
    std::memcpy(some.data(), bytes.data() + i * 4, sizeof some);
    for (std::size_t k = 0; k < kTogether; ++k) into[i + k] = static_cast<double>(some[k]);
  }
  for (; i < n; ++i) {
    float value = 0;
    std::memcpy(&value, bytes.data() + i * 4, 4);
    into[i] = static_cast<double>(value);
  }
}

std::span<const std::byte> take_labels(ByteReader& reader, const RecordHeader& header) {
  if (header.task == data::Task::regression) return {};
  return take_matrix(reader, header.n_rows, 1, sizeof(std::uint32_t));
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

std::vector<data::CellIssue> read_issues_after_labels(ByteReader& reader,
                                                      const RecordHeader& header) {
  if (!header.has(kHasIssues)) return {};
  if (header.has(kHasClientIds))
    for (std::size_t row = 0; row < header.n_rows; ++row)
      static_cast<void>(reader.take(reader.length()));
  return read_issues(reader);
}

}  // namespace mlops::observe
