#include "data/csv_cursor.hpp"

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace mlops::data {

const char* CsvCursor::find_delimiter(const char* p) const noexcept {
#ifdef __SSE2__
  const __m128i separator = _mm_set1_epi8(syntax_.separator);
  const __m128i line_feed = _mm_set1_epi8('\n');
  const __m128i carriage_return = _mm_set1_epi8('\r');
  for (; limit_ - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, line_feed), _mm_cmpeq_epi8(bytes, carriage_return));
    const int mask = _mm_movemask_epi8(_mm_or_si128(ends, _mm_cmpeq_epi8(bytes, separator)));
    if (mask != 0) return p + std::countr_zero(static_cast<unsigned>(mask));
  }
#endif
  while (*p != syntax_.separator && !is_line_end(*p)) ++p;
  return p;
}

const char* CsvCursor::find_line_end(const char* p) const noexcept {
  while (!is_line_end(*p)) ++p;
  return p;
}

void CsvCursor::skip_blank_lines() noexcept {
  while (position_ != limit_) {
    const char* p = position_;
    while (is_blank(*p)) ++p;
    if (!is_line_end(*p)) return;
    position_ = after_line_end(p);
  }
}

void CsvCursor::skip_line() noexcept {
  position_ = after_line_end(find_line_end(position_));
}

CsvStop CsvCursor::next(CsvField& field) noexcept {
  const char* begin = position_;
  while (is_blank(*begin)) ++begin;
  if (syntax_.quote != '\0' && *begin == syntax_.quote) return next_quoted(begin + 1, field);
  const char* const delimiter = find_delimiter(begin);
  field.quoted = false;
  field.doubled = false;
  return close(begin, delimiter, delimiter, field);
}

CsvStop CsvCursor::next_quoted(const char* begin, CsvField& field) noexcept {
  field.quoted = true;
  field.doubled = false;
  const char* search_end = limit_;
  for (const char* p = begin;;) {
    const void* found = std::memchr(p, syntax_.quote, static_cast<std::size_t>(search_end - p));
    if (found == nullptr) return search_end == limit_ ? CsvStop::incomplete : CsvStop::bare_quote;
    const char* const quote = static_cast<const char*>(found);
    if (quote[1] == syntax_.quote) {
      field.doubled = true;
      p = quote + 2;
      continue;
    }
    const char* after = quote + 1;
    while (is_blank(*after)) ++after;
    if (*after == syntax_.separator || is_line_end(*after))
      return close(begin, quote, after, field);
    // A quote that does not end the field is taken literally, but only within one line: across
    // lines it could swallow whole records.
    if (search_end == limit_) search_end = find_line_end(begin);
    if (search_end < quote) return CsvStop::bare_quote;
    p = quote + 1;
  }
}

CsvStop CsvCursor::close(const char* begin, const char* end, const char* delimiter,
                         CsvField& field) noexcept {
  // Inside a field a blank is a blank even where the other one separates.
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (begin < end && blank(*begin)) ++begin;
  while (end > begin && blank(end[-1])) --end;
  field.text = {begin, static_cast<std::size_t>(end - begin)};
  if (*delimiter == syntax_.separator) {
    position_ = delimiter + 1;
    return CsvStop::separator;
  }
  position_ = after_line_end(delimiter);
  return CsvStop::record;
}

std::string unescaped(std::string_view text, char quote) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == quote && i + 1 < text.size() && text[i + 1] == quote) ++i;
  }
  return result;
}

std::size_t after_last_line_end(std::string_view text) noexcept {
  std::size_t n = text.size();
  while (n > 0 && !CsvCursor::is_line_end(text[n - 1])) --n;
  return n;
}

}  // namespace mlops::data
