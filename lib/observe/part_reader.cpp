#include "observe/part_reader.hpp"

#include <algorithm>

namespace mlops::observe {
namespace {

CountedPart sum_of(CountedPart a, const CountedPart& b) {
  a.end_id = std::min(a.end_id, b.end_id);
  a.largest_id = std::max(a.largest_id, b.largest_id);
  a.n_records += b.n_records;
  a.n_rows += b.n_rows;
  add_to(a.sketches, b.sketches);
  return a;
}

}  // namespace

// The version is asked for before the record's bytes are touched: those of others may be long.
PartReader::PartReader(SqliteDatabase& database)
    : answered_(database,
                "SELECT 1 FROM block WHERE first_id >= ?1 AND first_id < ?2 AND CASE version "
                "WHEN ?3 THEN visit(first_id, time, data) ELSE 0 END ORDER BY first_id"),
      shadow_(database,
              "SELECT 1 FROM shadow_block WHERE version = ?3 AND first_id >= ?1 AND first_id < ?2 "
              "AND visit(first_id, time, data) ORDER BY first_id") {}

CountedPart PartReader::count(const CountRange& range, const SketchLayout& layout) {
  CountedPart answered = count_in(answered_, range, layout);
  CountRange both = range;
  both.end_id = answered.end_id;
  const CountedPart shadow = count_in(shadow_, both, layout);
  if (answered.largest_id >= shadow.end_id) {  // the part is shorter than what was counted of it
    both.end_id = shadow.end_id;
    answered = count_in(answered_, both, layout);
  }
  return sum_of(std::move(answered), shadow);
}

CountedPart PartReader::count_in(SqliteScan& records, const CountRange& range,
                                 const SketchLayout& layout) {
  CountedPart part{.first_id = range.first_id, .end_id = range.end_id};
  records.bind(1, range.first_id).bind(2, range.end_id).bind(3, std::int64_t{range.version});
  records.run([&](const SqliteRow& record) {
    const std::int64_t first_id = record.integer(0);
    if (part.n_rows >= kRowsInPart || part.n_records >= kRowsInPart ||
        counter_.n_sketches() > kHoursInPart) {
      part.end_id = first_id;
      return false;
    }
    const Timestamp time{record.integer(1)};
    part.largest_id = first_id;
    ++part.n_records;
    if (hour_of(time) >= range.first_hour)
      part.n_rows += static_cast<std::int64_t>(
          counter_.add_record(layout, range.version, time, record.blob(2)));
    return true;
  });
  part.sketches = counter_.take();
  return part;
}

}  // namespace mlops::observe
