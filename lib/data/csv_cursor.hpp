// Walks through the fields of separated text: the one tokenizer behind detection and parsing.
// RFC 4180, with what files really have: blanks around fields, any of CR, LF and CRLF as line end,
// and quotes inside quoted fields that nobody doubled, as long as they leave no doubt.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

namespace mlops::data {

/// What separates and quotes.
struct CsvSyntax {
  char separator = ',';
  char quote = '"';  ///< '\0' when nothing quotes
};

/// One field, still in the input's bytes.
struct CsvField {
  std::string_view text;  ///< trimmed of blanks, without its quotes
  bool quoted = false;
  bool doubled = false;  ///< quotes inside are doubled: see `unescaped`
};

/// What ended a field.
enum class CsvStop {
  separator,
  record,
  incomplete,  ///< the input ends inside quotes
  bare_quote,  ///< a quote inside a quoted field that makes the field's end a guess
};

/// Position in a stretch of text. Borrows it.
class CsvCursor {
 public:
  /// Requires: begin == limit, or limit[-1] is '\n' or '\r'.
  CsvCursor(const char* begin, const char* limit, CsvSyntax syntax) noexcept
      : position_(begin), limit_(limit), syntax_(syntax) {}

  [[nodiscard]] const char* position() const noexcept { return position_; }
  void set_position(const char* position) noexcept { position_ = position; }
  [[nodiscard]] const char* limit() const noexcept { return limit_; }
  [[nodiscard]] bool at_limit() const noexcept { return position_ == limit_; }

  /// Passes over lines that hold nothing but blanks.
  void skip_blank_lines() noexcept;
  /// Passes over the rest of the line, whatever is in it.
  void skip_line() noexcept;
  /// The next field. Requires: not at_limit. After `incomplete` and `bare_quote` the position
  /// is undefined.
  CsvStop next(CsvField& field) noexcept;

  [[nodiscard]] bool is_blank(char c) const noexcept {
    return (c == ' ' || c == '\t') && c != syntax_.separator;
  }
  /// Passes a line end. Requires: `at` points to one.
  [[nodiscard]] const char* after_line_end(const char* at) const noexcept {
    return at + 1 < limit_ && at[0] == '\r' && at[1] == '\n' ? at + 2 : at + 1;
  }
  [[nodiscard]] static bool is_line_end(char c) noexcept { return c == '\n' || c == '\r'; }

 private:
  CsvStop next_quoted(const char* begin, CsvField& field) noexcept;
  CsvStop close(const char* begin, const char* end, const char* delimiter,
                CsvField& field) noexcept;
  [[nodiscard]] const char* find_delimiter(const char* from) const noexcept;
  [[nodiscard]] const char* find_line_end(const char* from) const noexcept;

  const char* position_;
  const char* limit_;
  CsvSyntax syntax_;
};

/// `text` with each doubled quote made single.
[[nodiscard]] std::string unescaped(std::string_view text, char quote);

/// Offset just after the last line end in `text`; 0 when there is none.
[[nodiscard]] std::size_t after_last_line_end(std::string_view text) noexcept;

}  // namespace mlops::data
