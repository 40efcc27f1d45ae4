// The stored sketches of a version as a whole: made, checked, made again.
#include <utility>

#include "observe/catch_up.hpp"
#include "observe/health.hpp"
#include "observe/quantity.hpp"
#include "observe/sketch_keeper.hpp"
#include "observe/store_state.hpp"

namespace mlops::observe {
namespace {

bool is_counted(SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout) {
  const ProgressByVersion all = load_progress(database);
  const auto found = all.find(version);
  if (found == all.end() || !found->second.layout) return false;
  const SketchProgress& progress = found->second;
  const bool has_rows = progress.first_id != INT64_MAX;
  return progress.layout_bytes == encode(layout) && progress.labels_counted_to == INT64_MAX &&
         (progress.counted_to > 0 || !has_rows) && !is_behind(database, version, progress);
}

/// Forgets what was counted by another layout, or, to count it again, what the log still has.
void start_counting(SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout,
                    Recount recount) {
  ProgressByVersion all = load_progress(database);
  const bool is_known = all.contains(version);
  SketchProgress& progress = all[version];
  std::vector<std::byte> bytes = encode(layout);
  const bool same = progress.layout && progress.layout_bytes == bytes;
  if (same && recount == Recount::no) return;
  if (!is_known) progress.first_id = INT64_MAX;  // nothing logged yet
  // Another layout's counts cannot be added to: hours that left the log are lost.
  const std::int64_t first_hour = same ? progress.pruned_to : INT64_MIN;
  for (const SketchKind kind : {SketchKind::traffic, SketchKind::outcomes, SketchKind::arrivals})
    delete_sketches(database, version, kind, first_hour);
  progress.layout = layout;
  progress.layout_bytes = std::move(bytes);
  progress.counted_to = 0;
  progress.labels_counted_to = 0;
  store_progress(database, version, progress);
}

}  // namespace

void keep_sketches(ObservationStore& store, const WatchedVersion& version, Recount recount) {
  SqliteDatabase& database = StoreAccess::database(store);
  const SketchLayout layout = layout_of(version);
  if (recount == Recount::no && is_counted(database, version.version, layout)) return;
  StoreAccess::write_piece(store, [&] {
    StoreAccess::sketches(store).forget();
    start_counting(database, version.version, layout, recount);
    return true;
  });
  CatchUp(store, version.version).run();
  StoreAccess::write_in_pieces(store, [&] {
    StoreAccess::sketches(store).forget();
    return count_labels(database, version.version);
  });
}

}  // namespace mlops::observe
