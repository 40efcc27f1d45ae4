#include "observe/sketch_keeper.hpp"

#include <algorithm>

#include "observe/log_count.hpp"
#include "observe/outcome_keeper.hpp"

namespace mlops::observe {
namespace {

/// Adds to what is stored.
void write_sketches(SqliteDatabase& database, const ProgressByVersion& progress,
                    const SketchByHour& sketches) {
  for (const auto& [key, sketch] : sketches) {
    const auto& [version, hour] = key;
    const SketchLayout& layout = *progress.at(version).layout;
    TrafficSketch sum = load_sketch<TrafficSketch>(database, version, layout, hour);
    sum.add(sketch);
    store_sketch(database, version, hour, sum);
  }
}

}  // namespace

void SketchKeeper::begin() {
  if (!data_version_) data_version_.emplace(database_->prepare("PRAGMA data_version"));
  data_version_->step();
  const std::int64_t version = data_version_->integer(0);
  data_version_->reset();
  if (version == seen_version_) return;
  seen_version_ = version;
  gathered_is_whole_ = false;
  gathered_.clear();
  progress_ = load_progress(*database_);
}

SketchProgress& SketchKeeper::progress_of(std::uint32_t version, std::int64_t first_id,
                                          bool is_shadow) {
  const auto [found, is_new] = progress_.try_emplace(version);
  SketchProgress& progress = found->second;
  if (!is_new && first_id >= progress.first_id && (progress.has_shadow || !is_shadow))
    return progress;
  progress.first_id = is_new ? first_id : std::min(progress.first_id, first_id);
  progress.has_shadow = progress.has_shadow || is_shadow;
  store_progress(*database_, version, progress);
  return progress;
}

bool SketchKeeper::has_label_between(std::int64_t first_id, std::int64_t last_id) {
  if (!any_label_)
    any_label_.emplace(
        database_->prepare("SELECT 1 FROM label WHERE id BETWEEN ?1 AND ?2 LIMIT 1"));
  const bool found = any_label_->bind(1, first_id).bind(2, last_id).step();
  any_label_->reset();
  return found;
}

void SketchKeeper::count(std::uint32_t version, Role role, std::int64_t first_id,
                         std::int64_t last_id, const TrafficRows& rows) {
  const bool is_shadow = role == Role::shadow;
  SketchProgress& progress = progress_of(version, first_id, is_shadow);
  if (!progress.layout) return;
  if (is_shadow && progress.labels_counted && has_label_between(first_id, last_id)) {
    progress.labels_counted = false;  // its truth came before the score
    store_progress(*database_, version, progress);
  }
  if (first_id < progress.counted_to) {
    TrafficCounter late;
    late.add(*progress.layout, version, rows);
    write_sketches(*database_, progress_, late.take());
    return;
  }
  if (gathered_is_whole_) gathered_.add(*progress.layout, version, rows);
  n_rows_ += rows.n_rows;
  largest_id_ = std::max(largest_id_, first_id);
}

void SketchKeeper::finish() {
  if (n_rows_ >= kRowsToWrite) write();
}

void SketchKeeper::forget() noexcept {
  seen_version_ = -1;
  gathered_is_whole_ = false;
  gathered_.clear();
}

void SketchKeeper::write() {
  if (!gathered_is_whole_) gather_from_log();
  write_sketches(*database_, progress_, gathered_.take());
  for (auto& [version, progress] : progress_) {
    if (!progress.layout) continue;
    progress.counted_to = std::max(progress.counted_to, largest_id_ + 1);
    store_progress(*database_, version, progress);
  }
  gathered_is_whole_ = true;
  n_rows_ = 0;
}

void SketchKeeper::gather_from_log() {
  gathered_.clear();
  std::map<std::uint32_t, std::int64_t> from;
  for (const auto& [version, progress] : progress_)
    if (progress.layout) from[version] = std::max(progress.counted_to, progress.first_id);
  const std::int64_t largest =
      for_each_record(*database_, from, INT64_MAX, [this](const LoggedRows& logged) {
        gathered_.add(*progress_.at(logged.version).layout, logged.version, logged.rows);
      });
  largest_id_ = std::max(largest_id_, largest);
}

void bring_up_to_date(SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout) {
  ProgressByVersion all = load_progress(database);
  const bool is_known = all.contains(version);
  SketchProgress& progress = all[version];
  const std::vector<std::byte> bytes = encode(layout);
  if (!is_known) progress.first_id = INT64_MAX;  // nothing logged yet
  if (!progress.layout || progress.layout_bytes != bytes) {
    // Another layout's counts cannot be added to: hours that left the log are lost.
    for (const SketchKind kind : {SketchKind::traffic, SketchKind::outcomes, SketchKind::arrivals})
      delete_sketches(database, version, kind, INT64_MIN);
    progress.layout = layout;
    progress.layout_bytes = bytes;
    progress.counted_to = 0;
    progress.labels_counted = false;
  }
  if (is_known && progress.counted_to == 0) {
    const CountedLog log =
        count_log(database, {version, progress.first_id, progress.pruned_to}, layout);
    write_sketches(database, all, log.sketches);
    progress.counted_to = log.largest_id + 1;
  }
  if (!progress.labels_counted) {
    count_labels(database, version, progress);
    progress.labels_counted = true;
  }
  store_progress(database, version, progress);
}

void forget_sketches(SqliteDatabase& database, std::uint32_t version) {
  ProgressByVersion all = load_progress(database);
  const auto found = all.find(version);
  if (found == all.end()) return;
  SketchProgress& progress = found->second;
  for (const SketchKind kind : {SketchKind::traffic, SketchKind::outcomes, SketchKind::arrivals})
    delete_sketches(database, version, kind, progress.pruned_to);
  progress.counted_to = 0;
  progress.labels_counted = false;
  store_progress(database, version, progress);
}

}  // namespace mlops::observe
