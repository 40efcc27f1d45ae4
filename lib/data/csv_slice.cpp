#include "data/csv_slice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace mlops::data {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
/// A record longer than this is taken for a quote that was never closed.
constexpr std::size_t kLongestRecord = std::size_t{64} << 20;

/// How a record ended.
enum class RecordEnd { complete, incomplete, bare_quote };

/// Splits records into the builders of one slice.
class RowParser {
 public:
  RowParser(const SliceRequest& request, SliceResult& result)
      : request_(&request), result_(&result) {
    for (const SliceColumn& column : request.columns) {
      const bool direct = column.wanted && column.guess.numeric &&
                          column.guess.format.decimal != request.syntax.separator;
      plans_.push_back(!column.wanted ? Plan::skip : direct ? Plan::number : Plan::cell);
      result.columns.emplace_back(column.guess, *request.missing);
      if (column.wanted) result.columns.back().reserve(request.expected_rows);
    }
  }

  /// Parses the records that begin in [begin, limit) and before offset request.end; returns where
  /// the first one begins that is incomplete or beyond. `base` is the offset of `begin`.
  const char* parse(const char* begin, const char* limit, std::uint64_t base) {
    CsvCursor cursor(begin, limit, request_->syntax);
    const char* last = begin;
    if (request_->end - base < static_cast<std::uint64_t>(limit - begin)) {
      last += request_->end - base;
    } else {
      last = limit;
    }
    for (;;) {
      cursor.skip_blank_lines();
      const char* const record = cursor.position();
      if (record >= last || cursor.at_limit()) return record;
      offset_ = base + static_cast<std::uint64_t>(record - begin);
      std::size_t n_fields = 0;
      const RecordEnd end = parse_record(cursor, n_fields);
      if (end == RecordEnd::incomplete) {
        roll_back();
        return record;
      }
      if (end == RecordEnd::bare_quote) {
        cursor.set_position(record);
        cursor.skip_line();
        note_bad_row(0);
        roll_back();
      } else {
        finish_row(n_fields);
      }
    }
  }

 private:
  enum class Plan : std::uint8_t { number, cell, skip };

  RecordEnd parse_record(CsvCursor& cursor, std::size_t& n_fields) {
    last_is_empty_ = false;
    for (;; ++n_fields) {
      CsvStop stop = CsvStop::separator;
      const Plan plan = n_fields < plans_.size() ? plans_[n_fields] : Plan::skip;
      if (plan != Plan::number || !parse_number_cell(cursor, result_->columns[n_fields], stop)) {
        CsvField field;
        stop = cursor.next(field);
        if (stop == CsvStop::incomplete) return RecordEnd::incomplete;
        if (stop == CsvStop::bare_quote) return RecordEnd::bare_quote;
        if (plan != Plan::skip) add_cell(result_->columns[n_fields], field);
        last_is_empty_ = field.text.empty() && !field.quoted;
      }
      if (stop == CsvStop::record) {
        ++n_fields;
        return RecordEnd::complete;
      }
    }
  }

  /// The usual case, a plain number between two delimiters; false (and the cursor unmoved) when
  /// it is anything else.
  bool parse_number_cell(CsvCursor& cursor, ColumnBuilder& column, CsvStop& stop) {
    const char* p = cursor.position();
    while (cursor.is_blank(*p)) ++p;
    const NumberScan scan = scan_padded_number(p, cursor.limit(), column.format().decimal);
    if (scan.end == nullptr) return false;
    p = scan.end;
    while (cursor.is_blank(*p)) ++p;
    const bool separator = *p == request_->syntax.separator;
    if ((!separator && !CsvCursor::is_line_end(*p)) || !std::isfinite(scan.value)) return false;
    column.add_number(scan.value, scan.leading_zero);
    stop = separator ? CsvStop::separator : CsvStop::record;
    cursor.set_position(separator ? p + 1 : cursor.after_line_end(p));
    return true;
  }

  void add_cell(ColumnBuilder& column, const CsvField& field) {
    if (field.doubled) {
      column.add(unescaped(field.text, request_->syntax.quote), offset_);
    } else {
      column.add(field.text, offset_);
    }
  }

  void finish_row(std::size_t n_fields) {
    const std::size_t n_columns = plans_.size();
    if (n_fields == n_columns + 1 && last_is_empty_) {
      ++result_->n_trailing;
    } else if (n_fields != n_columns) {
      note_bad_row(n_fields);
      if (request_->on_bad_row != OnBadRow::missing) return roll_back();
      for (std::size_t i = n_fields; i < n_columns; ++i) {
        if (plans_[i] != Plan::skip) result_->columns[i].add_missing();
      }
    }
    ++result_->n_rows;
  }

  void note_bad_row(std::size_t n_fields) {
    ++result_->n_bad_rows;
    if (result_->bad_rows.size() < SliceResult::kKeptBadRows) {
      result_->bad_rows.push_back({offset_, n_fields});
    }
  }

  void roll_back() {
    for (ColumnBuilder& column : result_->columns) column.truncate(result_->n_rows);
  }

  const SliceRequest* request_;
  SliceResult* result_;
  std::vector<Plan> plans_;
  std::uint64_t offset_ = 0;
  bool last_is_empty_ = false;
};

/// The bytes at hand: what is left of the block before, then new ones, then padding.
class BlockBuffer {
 public:
  BlockBuffer(const ByteSource& source, std::uint64_t begin) : source_(&source), base_(begin) {}

  /// Drops the first `n` bytes and reads on. The last block gets a line end if it has none.
  void refill(std::size_t n) {
    const std::size_t kept = size_ - n;
    std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(n),
              bytes_.begin() + static_cast<std::ptrdiff_t>(size_), bytes_.begin());
    base_ += n;
    const std::size_t wanted = std::max(kBlockBytes, kept);
    bytes_.resize(std::max(bytes_.size(), kept + wanted + 1 + kNumberPadding));
    size_ = kept + source_->read_at(base_ + kept, bytes_.data() + kept, wanted);
    last_ = base_ + size_ >= source_->size();
    if (last_ && size_ > 0 && !CsvCursor::is_line_end(bytes_[size_ - 1])) bytes_[size_++] = '\n';
  }

  [[nodiscard]] std::string_view bytes() const noexcept { return {bytes_.data(), size_}; }
  [[nodiscard]] std::uint64_t base() const noexcept { return base_; }
  [[nodiscard]] bool last() const noexcept { return last_; }

 private:
  const ByteSource* source_;
  std::vector<char> bytes_;
  std::size_t size_ = 0;
  std::uint64_t base_;
  bool last_ = false;
};

}  // namespace

SliceResult parse_slice(const SliceRequest& request) {
  SliceResult result;
  RowParser parser(request, result);
  BlockBuffer buffer(*request.source, request.begin);
  std::size_t used = 0;
  for (;;) {
    buffer.refill(used);
    const char* const begin = buffer.bytes().data();
    const std::size_t complete = after_last_line_end(buffer.bytes());
    const char* const stop = parser.parse(begin, begin + complete, buffer.base());
    used = static_cast<std::size_t>(stop - begin);
    result.end = std::min(buffer.base() + used, request.source->size());
    if (result.end >= request.end || (buffer.last() && used == buffer.bytes().size())) break;
    if (buffer.last() || buffer.bytes().size() - used > kLongestRecord) {
      result.unterminated = result.end;
      break;
    }
  }
  return result;
}

void append_slice(SliceResult& slice, SliceResult&& next) {
  for (std::size_t i = 0; i < slice.columns.size(); ++i) {
    slice.columns[i].append(std::move(next.columns[i]));
  }
  slice.n_rows += next.n_rows;
  for (const BadRow& row : next.bad_rows) {
    if (slice.bad_rows.size() < SliceResult::kKeptBadRows) slice.bad_rows.push_back(row);
  }
  slice.n_bad_rows += next.n_bad_rows;
  slice.n_trailing += next.n_trailing;
  slice.end = next.end;
  if (next.unterminated) slice.unterminated = next.unterminated;
}

}  // namespace mlops::data
