#include "observe/sketch_keeper.hpp"

#include <algorithm>

namespace mlops::observe {
namespace {

/// Hours that retention took records from are closed: what is counted of them stays as it is.
bool is_open(const SketchProgress& progress, const TrafficRows& rows) {
  return hour_of(rows.time) >= progress.pruned_to;
}

}  // namespace

void add_to_stored(SqliteDatabase& database, const ProgressByVersion& progress,
                   const SketchByHour& sketches) {
  for (const auto& [key, sketch] : sketches) {
    const auto& [version, hour] = key;
    const SketchLayout& layout = *progress.at(version).layout;
    TrafficSketch sum = load_sketch<TrafficSketch>(database, version, layout, hour);
    sum.add(sketch);
    store_sketch(database, version, hour, sum);
  }
}

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

/// The truth that came before the score in the shadow.
void SketchKeeper::count_truth(std::uint32_t version, std::int64_t first_id, std::int64_t last_id) {
  if (!labels_)
    labels_.emplace(
        database_->prepare("SELECT id, time, actual FROM label WHERE id BETWEEN ?1 AND ?2"));
  labels_->bind(1, first_id).bind(2, last_id);
  while (labels_->step()) {
    if (!outcomes_) outcomes_.emplace(*database_);
    outcomes_->count_for(version, {.id = labels_->integer(0),
                                   .version = version,
                                   .came = {labels_->integer(1)},
                                   .after = std::string(labels_->text(2))});
  }
  labels_->reset();
}

void SketchKeeper::count(std::uint32_t version, Role role, std::int64_t first_id,
                         std::int64_t last_id, const TrafficRows& rows) {
  const bool is_shadow = role == Role::shadow;
  SketchProgress& progress = progress_of(version, first_id, is_shadow);
  if (!progress.layout) return;
  if (is_shadow) count_truth(version, first_id, last_id);
  const bool open = is_open(progress, rows);
  if (first_id < progress.counted_to) {
    TrafficCounter late;
    if (open) late.add(*progress.layout, version, rows);
    add_to_stored(*database_, progress_, late.take());
    return;
  }
  if (gathered_is_whole_ && open) gathered_.add(*progress.layout, version, rows);
  n_rows_ += rows.n_rows;
  largest_id_ = std::max(largest_id_, first_id);
}

void SketchKeeper::finish() {
  if (outcomes_) outcomes_->write();
  outcomes_.reset();
  if (n_rows_ >= kRowsToWrite) write();
}

void SketchKeeper::forget() noexcept {
  seen_version_ = -1;
  gathered_is_whole_ = false;
  gathered_.clear();
  outcomes_.reset();
}

void SketchKeeper::write() {
  const std::int64_t end_id = gathered_is_whole_ ? INT64_MAX : gather_from_log();
  add_to_stored(*database_, progress_, gathered_.take());
  const std::int64_t counted_to = end_id == INT64_MAX ? largest_id_ + 1 : end_id;
  for (auto& [version, progress] : progress_) {
    if (!progress.layout) continue;
    progress.counted_to = std::max(progress.counted_to, counted_to);
    store_progress(*database_, version, progress);
  }
  gathered_is_whole_ = end_id == INT64_MAX;
  n_rows_ = 0;
}

/// Reads a piece of what is not counted yet; returns where it ends. Twice what was appended at
/// least: who appends a lot at a time catches up all the same.
std::int64_t SketchKeeper::gather_from_log() {
  gathered_.clear();
  std::map<std::uint32_t, std::int64_t> from;
  for (const auto& [version, progress] : progress_)
    if (progress.layout) from[version] = std::max(progress.counted_to, progress.first_id);
  const std::int64_t piece = std::max(kRowsInCommit, 2 * static_cast<std::int64_t>(n_rows_));
  const std::int64_t end_id = end_of_piece(*database_, from, piece);
  const std::int64_t largest =
      for_each_record(*database_, from, end_id, [this](const LoggedRows& logged) {
        const SketchProgress& progress = progress_.at(logged.version);
        if (is_open(progress, logged.rows))
          gathered_.add(*progress.layout, logged.version, logged.rows);
      });
  largest_id_ = std::max(largest_id_, largest);
  return end_id;
}

bool is_behind(SqliteDatabase& database, std::uint32_t version, const SketchProgress& progress) {
  const std::int64_t from = std::max(progress.counted_to, progress.first_id);
  return end_of_piece(database, {{version, from}}, kRowsInCommit) != INT64_MAX;
}

}  // namespace mlops::observe
