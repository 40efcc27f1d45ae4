#include "observe/record_reader.hpp"

#include <cstring>

#include "observe/record_header.hpp"

namespace mlops::observe {

TrafficRows RecordReader::read(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const RecordHeader header = read_header(reader);
  read_numbers(take_matrix(reader, header.n_rows, header.n_features, header.cell_bytes()),
               header.cell_bytes(), cells_);
  read_numbers(take_matrix(reader, header.n_rows, header.n_outputs(), header.output_bytes()),
               header.output_bytes(), outputs_);
  const auto labels = take_labels(reader, header);
  labels_.resize(labels.size() / sizeof(std::uint32_t));
  if (!labels.empty()) std::memcpy(labels_.data(), labels.data(), labels.size());
  issues_ = read_issues_after_labels(reader, header);
  return {.latency_us = header.latency_us,
          .n_rows = header.n_rows,
          .n_features = header.n_features,
          .n_outputs = header.n_outputs(),
          .cells = cells_,
          .outputs = outputs_,
          .labels = labels_,
          .issues = issues_};
}

}  // namespace mlops::observe
