#include "observe/catch_up.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "observe/sketch_keeper.hpp"
#include "observe/store_state.hpp"

namespace mlops::observe {
namespace {

/// Stored by one transaction, some milliseconds of work: hours (each is read, added to and written
/// back), and, where others have written, rows and records that are looked for again.
constexpr std::size_t kHoursInStore = 64;
constexpr std::int64_t kRowsInStore = 131072;
constexpr std::int64_t kRecordsInStore = 32768;
/// As often a part may have changed before it is stored; then a part is counted under the lock.
constexpr int kMostLost = 3;

std::int64_t next_id_of(const SketchProgress& progress) {
  return std::max(progress.counted_to, progress.first_id);
}

CountRange range_of(std::uint32_t version, const SketchProgress& progress, std::int64_t end_id) {
  return {.version = version,
          .first_id = next_id_of(progress),
          .end_id = end_id,
          .first_hour = progress.pruned_to};
}

/// Whether what was counted then may be added to what is stored now.
bool is_same_count(const SketchProgress& then, const SketchProgress& now) {
  return now.layout && now.layout_bytes == then.layout_bytes && now.pruned_to == then.pruned_to;
}

void append(CountedPart& sum, const CountedPart& next) {
  sum.end_id = next.end_id;
  sum.largest_id = std::max(sum.largest_id, next.largest_id);
  sum.n_records += next.n_records;
  sum.n_rows += next.n_rows;
  add_to(sum.sketches, next.sketches);
}

}  // namespace

CatchUp::CatchUp(ObservationStore& store, std::uint32_t version)
    : store_(store),
      database_(StoreAccess::database(store)),
      version_(version),
      counter_(database_) {}

void CatchUp::run() {
  while (const std::optional<SketchProgress> begun = progress_if_behind()) {
    count(*begun);
    store_parts(*begun);
  }
  count_rest();
}

std::optional<SketchProgress> CatchUp::progress_if_behind() const {
  const ProgressByVersion all = load_progress(database_);
  const auto found = all.find(version_);
  if (found == all.end() || !found->second.layout) return std::nullopt;
  if (!is_behind(database_, version_, found->second)) return std::nullopt;
  return found->second;
}

void CatchUp::count(const SketchProgress& begun) {
  const std::int64_t data_version = StoreAccess::data_version(store_);
  for (CountedPart& part : counter_.count(range_of(version_, begun, INT64_MAX), *begun.layout)) {
    part.data_version = data_version;
    parts_.push_back(std::move(part));
  }
}

void CatchUp::count_first_again(const SketchProgress& begun) {
  const std::int64_t data_version = StoreAccess::data_version(store_);
  const SketchProgress now = load_progress(database_)[version_];
  drop_below(next_id_of(now));
  if (parts_.empty()) return;
  CountRange rest = range_of(version_, now, parts_.front().end_id);
  parts_.pop_front();
  std::vector<CountedPart> again;
  for (; rest.first_id < rest.end_id; rest.first_id = again.back().end_id) {
    again.push_back(counter_.count_part(rest, *begun.layout));
    again.back().data_version = data_version;
  }
  parts_.insert(parts_.begin(), std::move_iterator(again.begin()), std::move_iterator(again.end()));
}

void CatchUp::store_parts(const SketchProgress& begun) {
  int n_lost = 0;
  StoreAccess::at_turn(store_);
  while (!parts_.empty()) {
    const Stored stored = store_first(begun);
    if (stored == Stored::outdated) return parts_.clear();
    if (stored == Stored::some) {
      n_lost = 0;
      if (!parts_.empty()) StoreAccess::give_turn(store_);
      continue;
    }
    if (++n_lost > kMostLost) count_rest();
    count_first_again(begun);
    StoreAccess::at_turn(store_);
  }
  StoreAccess::at_turn(store_);
}

CatchUp::Stored CatchUp::store_first(const SketchProgress& begun) {
  Stored stored = Stored::nothing;
  StoreAccess::write_piece(store_, [&] {
    const ProgressByVersion all = load_progress(database_);
    const auto now = all.find(version_);
    if (now == all.end() || !is_same_count(begun, now->second)) {
      stored = Stored::outdated;
      return false;
    }
    drop_below(next_id_of(now->second));
    if (parts_.empty() || parts_.front().first_id != next_id_of(now->second)) return false;
    const std::optional<CountedPart> part = take_valid();
    if (!part) return false;
    store(all, *part);
    stored = Stored::some;
    return true;
  });
  return stored;
}

std::optional<CountedPart> CatchUp::take_valid() {
  const std::int64_t data_version = StoreAccess::data_version(store_);
  std::optional<CountedPart> sum;
  std::int64_t n_rows = 0;
  std::int64_t n_records = 0;
  while (!parts_.empty()) {
    CountedPart& next = parts_.front();
    if (sum && sum->sketches.size() + next.sketches.size() > kHoursInStore) break;
    if (next.data_version != data_version) {
      n_rows += next.n_rows;
      n_records += next.n_records;
      if (sum && (n_rows > kRowsInStore || n_records > kRecordsInStore)) break;
      if (!is_valid(next)) break;
    }
    if (sum)
      append(*sum, next);
    else
      sum = std::move(next);
    parts_.pop_front();
  }
  return sum;
}

/// No record came meanwhile that is older than others of its part. Nobody takes one away without
/// closing its hour.
bool CatchUp::is_valid(const CountedPart& part) const {
  return part.n_records == count_of_records(database_, {version_, part.first_id, part.end_id});
}

/// Others have counted that.
void CatchUp::drop_below(std::int64_t id) {
  while (!parts_.empty() && parts_.front().end_id <= id) parts_.pop_front();
}

void CatchUp::count_rest() {
  StoreAccess::write_piece(store_, [&] {
    const ProgressByVersion all = load_progress(database_);
    const auto now = all.find(version_);
    if (now == all.end() || !now->second.layout) return false;
    store(all,
          counter_.count_part(range_of(version_, now->second, INT64_MAX), *now->second.layout));
    return true;
  });
}

void CatchUp::store(const ProgressByVersion& all, const CountedPart& part) {
  StoreAccess::sketches(store_).forget();  // who appends to this store sees how far it is counted
  add_to_stored(database_, all, part.sketches);
  SketchProgress progress = all.at(version_);
  const bool is_rest = part.end_id == INT64_MAX;
  progress.counted_to = std::max(progress.counted_to, is_rest ? part.largest_id + 1 : part.end_id);
  store_progress(database_, version_, progress);
}

}  // namespace mlops::observe
