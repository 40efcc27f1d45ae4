#include "registry/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.hpp"
#include "registry/manifest.hpp"

namespace mlops::registry {
namespace {

constexpr std::size_t kBlock = 512;
using Block = std::array<char, kBlock>;

/// A field of the header: offset and length, from the standard's table.
struct Field {
  std::size_t offset;
  std::size_t length;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUid{108, 8};
constexpr Field kGid{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr std::size_t kType = 156;
constexpr Field kMagic{257, 8};
constexpr Field kPrefix{345, 155};
constexpr std::string_view kPosixMagic{
    "ustar\0"
    "00",
    8};
constexpr std::string_view kGnuMagic{"ustar  \0", 8};
// GNU tar fills its last record of twenty blocks; far more is not an end but a bomb.
constexpr std::size_t kMaxEndBlocks = 256;
constexpr std::uint64_t kMaxHeaders = 100'000;              // chosen by us
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 33;  // eleven octal digits

[[noreturn]] void refuse(std::string_view why) {
  throw Error(ErrorKind::corrupt, "archive.refused", fmt::format("the archive is refused: {}", why),
              "export it again with 'mlops export'");
}

void put_text(Block& block, Field field, std::string_view text) {
  std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(field.offset));
}

void put_number(Block& block, Field field, std::uint64_t value) {
  put_text(block, field, fmt::format("{:0{}o}", value, field.length - 1));
}

std::string_view get_text(const Block& block, Field field) {
  const std::string_view text(block.data() + field.offset, field.length);
  return text.substr(0, std::min(text.find('\0'), text.size()));
}

std::uint64_t get_number(const Block& block, Field field) {
  std::string_view text = get_text(block, field);
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.empty() || text.size() > 11) refuse("a header has a malformed number");
  std::uint64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '7') refuse("a header has a malformed number");
    value = value * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

/// The sum of the header's bytes with the checksum's own field taken as spaces.
std::uint64_t checksum_of(const Block& block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const bool own = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.length;
    sum += own ? static_cast<std::uint64_t>(' ') : static_cast<unsigned char>(block[i]);
  }
  return sum;
}

/// Where to split a path into prefix and name: 0 when it fits the name alone, npos when it does
/// not fit at all.
std::size_t split_of(std::string_view path) {
  if (path.size() <= kName.length) return 0;
  const std::size_t slash = path.find('/', path.size() - kName.length - 1);
  return slash <= kPrefix.length ? slash : std::string_view::npos;
}

std::uint64_t padding_after(std::uint64_t size_bytes) {
  return (kBlock - size_bytes % kBlock) % kBlock;
}

bool is_zero(const Block& block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; });
}

std::string path_in(const Block& header) {
  const std::string_view magic(header.data() + kMagic.offset, kMagic.length);
  if (magic != kPosixMagic && magic != kGnuMagic) refuse("it is not a ustar archive");
  std::string path(get_text(header, kName));
  const std::string_view prefix = get_text(header, kPrefix);
  if (magic == kPosixMagic && !prefix.empty()) path = fmt::format("{}/{}", prefix, path);
  return path;
}

}  // namespace

TarWriter::TarWriter(Sink sink, Timestamp modified_at)
    : sink_(std::move(sink)), modified_at_(modified_at) {}

void TarWriter::begin(std::string_view path, std::uint64_t size_bytes) {
  pad();
  const std::size_t split = split_of(path);
  if (split == std::string_view::npos || size_bytes >= kMaxSize)
    throw Error(ErrorKind::invalid_argument, "archive.unfit",
                fmt::format("'{}' with {} bytes does not fit into an archive", path, size_bytes));
  Block header{};
  put_text(header, kName, split == 0 ? path : path.substr(split + 1));
  put_text(header, kPrefix, path.substr(0, split));
  put_number(header, kMode, 0644);
  put_number(header, kUid, 0);
  put_number(header, kGid, 0);
  put_number(header, kSize, size_bytes);
  put_number(header, kTime,
             static_cast<std::uint64_t>(
                 std::max<std::int64_t>(modified_at_.micros / kMicrosPerSecond, 0)));
  header[kType] = '0';
  put_text(header, kMagic, kPosixMagic);
  put_text(header, kChecksum, fmt::format("{:06o}", checksum_of(header)));
  header[kChecksum.offset + kChecksum.length - 1] = ' ';
  sink_({header.data(), kBlock});
  size_ = size_bytes;
}

void TarWriter::write(std::string_view bytes) {
  sink_(bytes);
}

void TarWriter::pad() {
  sink_(std::string(padding_after(size_), '\0'));
  size_ = 0;
}

void TarWriter::finish() {
  pad();
  sink_(std::string(2 * kBlock, '\0'));
}

TarReader::TarReader(Source source) : source_(std::move(source)) {}

void TarReader::skip(std::uint64_t n_bytes) {
  std::array<char, 1 << 14> scratch{};
  while (n_bytes > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(n_bytes, scratch.size()));
    if (source_({scratch.data(), piece}) != piece) refuse("it is cut off");
    n_bytes -= piece;
  }
}

/// After the first zero block: a second one, and nothing but zeros up to the end.
void TarReader::check_end() {
  std::size_t n_blocks = 1;
  Block block{};
  while (const std::size_t count = source_(block)) {
    if (count != kBlock || !is_zero(block) || ++n_blocks > kMaxEndBlocks)
      refuse("something follows its end");
  }
  if (n_blocks < 2) refuse("it is cut off");
}

std::optional<TarEntry> TarReader::next() {
  for (;;) {
    skip(remaining_ + padding_);
    remaining_ = padding_ = 0;
    Block header{};
    if (source_(header) != kBlock) refuse("it is cut off");
    if (is_zero(header)) {
      check_end();
      return std::nullopt;
    }
    if (get_number(header, kChecksum) != checksum_of(header)) refuse("a header is damaged");
    if (++n_headers_ > kMaxHeaders) refuse("it has too many entries");
    std::string path = path_in(header);
    const char type = header[kType];
    const std::uint64_t size = get_number(header, kSize);
    if (type == '5' && path.ends_with('/')) path.pop_back();
    if (!is_safe_relative_path(path)) refuse(fmt::format("'{}' is not a path inside it", path));
    if (type == '5' && size == 0) continue;
    if (type != '0' && type != '\0')
      refuse(fmt::format("'{}' is not a plain file (type {:#04x})", path,
                         static_cast<unsigned char>(type)));
    remaining_ = size;
    padding_ = padding_after(size);
    return TarEntry{std::move(path), size};
  }
}

std::size_t TarReader::read(std::span<char> buffer) {
  const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, buffer.size()));
  if (source_(buffer.first(piece)) != piece) refuse("it is cut off");
  remaining_ -= piece;
  return piece;
}

}  // namespace mlops::registry
