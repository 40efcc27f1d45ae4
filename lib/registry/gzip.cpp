#include "registry/gzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>

#include "base/error.hpp"

namespace mlops::registry {
namespace {

constexpr std::size_t kBlock = 1 << 16;
constexpr int kGzipWindow = 15 + 16;  // zlib.h: the largest window, plus 16 for gzip framing
// Level 3 packs tables nearly as well as the default 6 in half the time (chosen by us).
constexpr int kLevel = 3;
constexpr int kMemory = 8;  // zlib's default

Bytef* as_bytes(const char* text) {
  // zlib's input pointer is not const but never written through.
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));
}

}  // namespace

struct GzipWriter::State {
  Sink sink;
  z_stream stream{};
  std::array<char, kBlock> output{};
};

GzipWriter::GzipWriter(Sink sink) : state_(std::make_unique<State>()) {
  state_->sink = std::move(sink);
  if (deflateInit2(&state_->stream, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    throw Error(ErrorKind::internal, "internal", "zlib cannot start to compress");
}

GzipWriter::~GzipWriter() {
  deflateEnd(&state_->stream);
}

void GzipWriter::pump(int flush) {
  z_stream& stream = state_->stream;
  do {
    stream.next_out = as_bytes(state_->output.data());
    stream.avail_out = kBlock;
    deflate(&stream, flush);
    state_->sink({state_->output.data(), kBlock - stream.avail_out});
  } while (stream.avail_out == 0);
}

void GzipWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, std::size_t{1} << 30);
    state_->stream.next_in = as_bytes(piece.data());
    state_->stream.avail_in = static_cast<uInt>(piece.size());
    pump(Z_NO_FLUSH);
    bytes.remove_prefix(piece.size());
  }
}

void GzipWriter::finish() {
  state_->stream.avail_in = 0;
  pump(Z_FINISH);
}

struct GzipReader::State {
  std::istream* input = nullptr;
  std::string source;
  z_stream stream{};
  std::array<char, kBlock> compressed{};
  bool ended = false;

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ErrorKind::corrupt, "gzip.damaged", fmt::format("{} is damaged: {}", source, what));
  }
};

GzipReader::GzipReader(std::istream& input, std::string source)
    : state_(std::make_unique<State>()) {
  state_->input = &input;
  state_->source = std::move(source);
  if (inflateInit2(&state_->stream, kGzipWindow) != Z_OK)
    throw Error(ErrorKind::internal, "internal", "zlib cannot start to decompress");
}

GzipReader::~GzipReader() {
  inflateEnd(&state_->stream);
}

bool GzipReader::refill() {
  state_->input->read(state_->compressed.data(), kBlock);
  const auto count = state_->input->gcount();
  if (state_->input->bad())
    throw Error(ErrorKind::io, "file.io", fmt::format("cannot read {}", state_->source));
  state_->stream.next_in = as_bytes(state_->compressed.data());
  state_->stream.avail_in = static_cast<uInt>(count);
  return count > 0;
}

void GzipReader::finish_member() {
  state_->ended = true;
  if (state_->stream.avail_in > 0 || refill())
    state_->fail("something follows the end of the gzip stream");
}

std::size_t GzipReader::read(std::span<char> buffer) {
  z_stream& stream = state_->stream;
  std::size_t filled = 0;
  while (filled < buffer.size() && !state_->ended) {
    if (stream.avail_in == 0 && !refill()) state_->fail("the gzip stream is cut off");
    const std::size_t room = std::min(buffer.size() - filled, std::size_t{1} << 30);
    stream.next_out = as_bytes(buffer.data() + filled);
    stream.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream, Z_NO_FLUSH);
    filled += room - stream.avail_out;
    if (result == Z_STREAM_END) {
      finish_member();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      state_->fail(stream.msg != nullptr ? stream.msg : "not a gzip stream");
    }
  }
  return filled;
}

}  // namespace mlops::registry
