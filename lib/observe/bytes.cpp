#include "observe/bytes.hpp"

namespace mlops::observe {
namespace {

/// More counters than any sketch has; a larger number in a blob is damage.
constexpr std::uint64_t kMaxCounters = 1u << 22;

}  // namespace

void ByteWriter::sparse_counts(std::span<const std::uint64_t> values) {
  count(values.size());
  for (std::size_t i = 0; i < values.size();) {
    count(values[i]);
    if (values[i] != 0) {
      ++i;
      continue;
    }
    std::size_t run = 1;
    while (i + run < values.size() && values[i + run] == 0) ++run;
    count(run);
    i += run;
  }
}

std::vector<std::uint64_t> ByteReader::sparse_counts() {
  const std::uint64_t size = count();
  if (size > kMaxCounters) fail();
  std::vector<std::uint64_t> values(static_cast<std::size_t>(size), 0);
  for (std::size_t i = 0; i < values.size();) {
    const std::uint64_t value = count();
    if (value != 0) {
      values[i++] = value;
      continue;
    }
    const std::uint64_t run = count();
    if (run == 0 || run > values.size() - i) fail();
    i += static_cast<std::size_t>(run);
  }
  return values;
}

std::uint64_t ByteReader::long_count() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<std::uint64_t>(fixed<std::uint8_t>());
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  fail();
}

void ByteReader::fail() {
  throw Error(ErrorKind::corrupt, "store.bad_record",
              "a record of the observation store is damaged", "mlops fsck names the damage");
}

}  // namespace mlops::observe
