#include "data/csv_writer.hpp"

namespace mlops::data {
namespace {

/// What a reader would take for something else at the beginning of a file.
bool begins_oddly(std::string_view text) {
  return text.starts_with("sep=") || text.starts_with("SEP=") || text.starts_with("\xEF\xBB\xBF") ||
         static_cast<unsigned char>(text.front()) < ' ';
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return false;
  const bool blank_end = text.front() == ' ' || text.back() == ' ';
  return blank_end || begins_oddly(text) || text.find_first_of(",\"\r\n") != std::string_view::npos;
}

}  // namespace

void append_csv_field(std::string& line, std::string_view text) {
  if (!needs_quotes(text)) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

void append_csv_record(std::string& text, std::span<const std::string> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text += ',';
    append_csv_field(text, fields[i]);
  }
  text += '\n';
}

std::string to_csv(const Table& table) {
  // In a single column a missing cell would be a blank line, which is no row.
  const std::string_view missing = table.columns.size() == 1 ? "\"\"" : "";
  std::string text;
  append_csv_record(text, table.names());
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (i > 0) text += ',';
      if (table.columns[i].is_missing(row)) {
        text += missing;
      } else {
        append_csv_field(text, table.columns[i].text(row));
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace mlops::data
