#include "data/gzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "base/error.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
constexpr int kGzipWindowBits = 15 + 16;  // zlib's manual: adding 16 decodes the gzip format only

[[noreturn]] void fail(std::string_view name, std::string_view what) {
  throw Error(ErrorKind::invalid_data, "data.gzip_damaged",
              fmt::format("'{}' is gzipped, but {}", name, what),
              "unpack it with gunzip to see how much is whole, or fetch it again");
}

/// One inflating stream over consecutive members.
class Inflater {
 public:
  explicit Inflater(std::string_view name) : name_(name) {
    if (inflateInit2(&stream_, kGzipWindowBits) != Z_OK) fail(name_, "zlib refused to start");
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// Unpacks a block of input and appends the result to `output`.
  void feed(std::string& block, std::string& output) {
    stream_.next_in = reinterpret_cast<Bytef*>(block.data());
    stream_.avail_in = static_cast<uInt>(block.size());
    while (stream_.avail_in > 0 && !in_padding_) step(output);
  }

  /// Throws unless the last member was complete.
  void finish() const {
    if (!between_members_) fail(name_, "ends too early");
  }

 private:
  void step(std::string& output) {
    if (between_members_ && n_members_ > 0 && *stream_.next_in == 0) {
      in_padding_ = true;
      return;
    }
    between_members_ = false;
    const std::size_t old_size = output.size();
    output.resize(old_size + kBlockBytes);
    stream_.next_out = reinterpret_cast<Bytef*>(output.data() + old_size);
    stream_.avail_out = static_cast<uInt>(kBlockBytes);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    output.resize(old_size + kBlockBytes - stream_.avail_out);
    if (status == Z_STREAM_END) {
      between_members_ = true;
      ++n_members_;
      inflateReset(&stream_);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      fail(name_, "its content is damaged");
    }
  }

  std::string_view name_;
  z_stream stream_{};
  bool between_members_ = true;
  bool in_padding_ = false;
  std::size_t n_members_ = 0;
};

}  // namespace

bool is_gzip(std::string_view head) noexcept {
  return head.size() >= 2 && head[0] == '\x1f' && head[1] == '\x8b';
}

std::string gunzip(const ByteSource& source, std::string_view name) {
  Inflater inflater(name);
  std::string output;
  for (std::uint64_t offset = 0; offset < source.size();) {
    std::string block = source.copy(offset, kBlockBytes);
    inflater.feed(block, output);
    offset += block.size();
  }
  inflater.finish();
  return output;
}

}  // namespace mlops::data
