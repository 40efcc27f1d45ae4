#include "data/foreign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "data/missing.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kMagicProbe = 64;
/// Text may hold stray control characters, but not this many and one in twenty; chosen by us.
constexpr std::ptrdiff_t kManyControls = 16;
constexpr std::ptrdiff_t kControlShare = 20;

/// What a file begins with, what it is then, and what to do.
struct Foreign {
  std::string_view magic;
  std::string_view what;
  std::string_view hint;
};
constexpr std::array<Foreign, 7> kBinary = {{
    {"PK\x03\x04", "a zip archive or an Excel workbook", "save the sheet as CSV"},
    {"\xD0\xCF\x11\xE0", "an old Excel workbook", "save the sheet as CSV"},
    {"PAR1", "a Parquet file", "export it as CSV"},
    {"SQLite format 3", "a SQLite database", "export the table as CSV"},
    {"\x28\xB5\x2F\xFD", "compressed with zstd", "unpack it first"},
    {"BZh", "compressed with bzip2", "unpack it first"},
    {"%PDF-", "a PDF document", "export the table behind it as CSV"},
}};
constexpr std::array<std::string_view, 2> kPages = {"<!doctype html", "<html"};

/// Characters that no table has; byte 1 may separate.
std::ptrdiff_t n_controls(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r' &&
           c != '\x01';
  });
}

[[noreturn]] void refuse(std::string_view name, std::string_view what, std::string_view hint) {
  throw Error(ErrorKind::invalid_data, "data.not_a_table", fmt::format("{} is {}", name, what),
              std::string(hint));
}

}  // namespace

void refuse_foreign_bytes(std::string_view head, std::string_view name) {
  // A table's first column may well be called "PAR1": only files that go on in binary are meant.
  const bool goes_on_in_binary = n_controls(head.substr(0, kMagicProbe)) > 0;
  for (const Foreign& foreign : kBinary) {
    const bool is_pdf = foreign.magic.front() == '%';
    if (head.starts_with(foreign.magic) && (goes_on_in_binary || is_pdf))
      refuse(name, foreign.what, foreign.hint);
  }
}

void refuse_foreign_text(std::string_view head, std::string_view name) {
  const std::ptrdiff_t n = n_controls(head);
  if (n >= kManyControls && n * kControlShare > static_cast<std::ptrdiff_t>(head.size()))
    refuse(name, "not text", "name a CSV, TSV or JSON lines file");
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return;
  const std::string_view text = head.substr(first);
  for (const std::string_view page : kPages) {
    if (equal_without_case(text.substr(0, page.size()), page))
      refuse(name, "a page of HTML", "download the data, not the page that shows them");
  }
  const std::size_t second = text.find_first_not_of(" \t\r\n", 1);
  if (text.front() == '[' && second != std::string_view::npos && text[second] == '{')
    refuse(name, "a JSON array", "write one object a line: jq -c '.[]' < FILE > rows.jsonl");
}

}  // namespace mlops::data
