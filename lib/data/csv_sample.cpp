#include "data/csv_sample.hpp"

#include <map>

namespace mlops::data {
namespace {

/// One record at the cursor; false when it cannot be split.
bool split_record(CsvCursor& cursor, CsvSyntax syntax, CsvRecord& record, CsvSample& sample) {
  for (;;) {
    CsvField field;
    const CsvStop stop = cursor.next(field);
    if (stop == CsvStop::incomplete) {
      sample.cut = true;
      cursor.set_position(cursor.limit());
      return false;
    }
    if (stop == CsvStop::bare_quote) return false;
    record.fields.push_back(field.doubled ? unescaped(field.text, syntax.quote)
                                          : std::string(field.text));
    record.quoted.push_back(field.quoted);
    if (stop == CsvStop::record) return true;
  }
}

}  // namespace

std::size_t CsvSample::usual_width() const {
  std::map<std::size_t, std::size_t> counts;
  for (const CsvRecord& record : records) ++counts[record.fields.size()];
  std::size_t best = 0;
  std::size_t best_count = 0;
  for (const auto& [width, count] : counts) {
    if (count >= best_count) {
      best = width;
      best_count = count;
    }
  }
  return best;
}

CsvSample split_records(std::string_view text, CsvSyntax syntax, std::size_t max_records) {
  CsvSample sample;
  const char* const start = text.data();
  CsvCursor cursor(start, start + text.size(), syntax);
  cursor.skip_blank_lines();
  while (!cursor.at_limit() && sample.records.size() < max_records) {
    CsvRecord record;
    const char* const begin = cursor.position();
    record.begin = static_cast<std::size_t>(begin - start);
    if (split_record(cursor, syntax, record, sample)) {
      record.end = static_cast<std::size_t>(cursor.position() - start);
      sample.records.push_back(std::move(record));
    } else if (!sample.cut) {
      ++sample.n_bad;
      cursor.set_position(begin);
      cursor.skip_line();
    }
    cursor.skip_blank_lines();
  }
  return sample;
}

}  // namespace mlops::data
