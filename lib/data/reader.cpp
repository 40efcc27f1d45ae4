#include "data/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "data/byte_source.hpp"
#include "data/csv_reader.hpp"
#include "data/encoding.hpp"
#include "data/foreign.hpp"
#include "data/gzip.hpp"
#include "data/jsonl.hpp"
#include "data/text_position.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kHeadBytes = 4096;

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return result;
}

/// Whether the file's name, or else its first byte, says JSON lines.
bool is_json_lines(std::string name, std::string_view head) {
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return true;
  if (name.ends_with(".csv") || name.ends_with(".tsv") || name.ends_with(".txt")) return false;
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && head[first] == '{';
}

/// One input on its way from bytes to a table.
class TableReader {
 public:
  TableReader(std::unique_ptr<ByteSource> source, std::string name, const ReadOptions& options)
      : source_(std::move(source)), name_(std::move(name)), options_(&options) {}

  ReadResult read() {
    const std::uint64_t size_bytes = source_->size();
    std::string sha256 = options_->checksum ? sha256_hex_of(*source_) : std::string();
    std::string compression = unpack();
    const std::string head = source_->copy(0, kHeadBytes);
    // Who names the encoding says that it is text.
    if (!options_->encoding) refuse_foreign_bytes(head, name_);
    const Encoding encoding = decode(head);
    ReadResult result = parse(encoding);
    result.dialect.compression = std::move(compression);
    result.sha256 = std::move(sha256);
    result.size_bytes = size_bytes;
    return result;
  }

 private:
  std::string unpack() {
    if (!is_gzip(source_->copy(0, 2))) return {};
    source_ = own_bytes(gunzip(*source_, name_));
    return "gzip";
  }

  /// What the head says, or the caller.
  Encoding encoding_of(std::string_view head) const {
    const Encoding found = detect_encoding(head);
    const Encoding wanted = options_->encoding.value_or(found);
    const bool utf8 = wanted == Encoding::utf_8 || wanted == Encoding::utf_8_bom;
    if (!utf8) return wanted;
    return found == Encoding::utf_8_bom ? found : Encoding::utf_8;
  }

  Encoding decode(std::string_view head) {
    const Encoding encoding = encoding_of(head);
    if (encoding == Encoding::utf_8_bom) begin_ = 3;
    if (encoding == Encoding::latin_1)
      source_ = own_bytes(decode_latin1(source_->copy(0, source_->size())));
    if (encoding == Encoding::utf_16le || encoding == Encoding::utf_16be) {
      const std::size_t mark = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF") ? 2 : 0;
      source_ = own_bytes(decode_utf16(source_->copy(mark, source_->size()), encoding));
      if (source_->copy(0, 3) == "\xEF\xBB\xBF") begin_ = 3;
    }
    return encoding;
  }

  ReadResult parse(Encoding encoding) {
    if (auto result = parse_utf8()) {
      result->dialect.encoding = to_string(encoding);
      return std::move(*result);
    }
    const std::string bytes = source_->copy(begin_, source_->size());
    Repaired repaired = options_->encoding ? replace_invalid_utf8(bytes) : repair_utf8(bytes);
    repaired.first_invalid += begin_;
    begin_ = 0;
    source_ = own_bytes(std::move(repaired.text));
    auto result = parse_utf8();
    if (!result) throw Error(ErrorKind::internal, "data.decoding", "decoded text is not UTF-8");
    result->dialect.encoding =
        to_string(encoding == Encoding::utf_8_bom ? encoding : repaired.encoding);
    result->findings.push_back(describe(repaired));
    return std::move(*result);
  }

  std::optional<ReadResult> parse_utf8() const {
    const std::string lower = lower_case(name_);
    const CsvInput input{source_.get(), begin_, name_,
                         lower.ends_with(".tsv") || lower.ends_with(".tsv.gz"), options_};
    const std::string head = source_->copy(begin_, kHeadBytes);
    if (!options_->encoding) refuse_foreign_text(head, name_);
    return is_json_lines(lower, head) ? read_json_lines(input) : read_csv(input);
  }

  Finding describe(const Repaired& repaired) const {
    if (repaired.encoding == Encoding::latin_1) {
      return {"data.decoded_latin1", "",
              fmt::format("{} is not UTF-8 (byte {}); it is read as Latin-1 (Windows-1252)", name_,
                          grouped(repaired.first_invalid)),
              "if names or levels look wrong, say which with --encoding"};
    }
    return {
        "data.invalid_utf8", "",
        fmt::format("{} has {} that no encoding explains, the first at byte {}; each is read "
                    "as U+FFFD",
                    name_, counted(repaired.n_replaced, "byte"), grouped(repaired.first_invalid)),
        "save it as UTF-8, or read it as Latin-1 with --encoding latin-1"};
  }

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  const ReadOptions* options_;
  std::uint64_t begin_ = 0;
};

void validate(const ReadOptions& options) {
  const auto bad = [](std::optional<char> c) {
    return c && (*c == '\n' || *c == '\r' || (*c >= '0' && *c <= '9'));
  };
  const bool same = options.separator && options.quote && options.separator == options.quote;
  if (bad(options.separator) || bad(options.quote) || same) {
    throw Error(ErrorKind::invalid_argument, "data.bad_separator",
                "separator and quote must be two different characters, neither a digit nor a line "
                "end");
  }
  const auto bad_mark = [](std::optional<char> c) {
    return c && ((*c >= '0' && *c <= '9') || *c == '+' || *c == '-' || *c == 'e' || *c == 'E');
  };
  if (bad_mark(options.decimal) || bad_mark(options.thousands) ||
      (options.decimal && options.decimal == options.thousands)) {
    throw Error(ErrorKind::invalid_argument, "data.bad_number_format",
                "the decimal mark and the thousands mark must be two different characters");
  }
}

}  // namespace

std::optional<OnBadRow> parse_on_bad_row(std::string_view text) noexcept {
  if (text == "fail") return OnBadRow::fail;
  if (text == "skip") return OnBadRow::skip;
  if (text == "missing") return OnBadRow::missing;
  return std::nullopt;
}

ReadResult read_table(const std::filesystem::path& path, const ReadOptions& options) {
  validate(options);
  std::string name = path == "-" ? "standard input" : path.string();
  return TableReader(open_source(path), std::move(name), options).read();
}

ReadResult read_table_from_bytes(std::string_view bytes, std::string_view source,
                                 const ReadOptions& options) {
  validate(options);
  return TableReader(borrow_bytes(bytes), std::string(source), options).read();
}

}  // namespace mlops::data
