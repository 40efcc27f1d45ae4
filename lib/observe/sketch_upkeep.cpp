// The stored sketches of a version as a whole: made, checked, made again.
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
  return progress.layout_bytes == encode(layout) && progress.labels_counted &&
         (progress.counted_to > 0 || !has_rows);
}

}  // namespace

void keep_sketches(ObservationStore& store, const WatchedVersion& version, Recount recount) {
  SqliteDatabase& database = StoreAccess::database(store);
  const SketchLayout layout = layout_of(version);
  if (recount == Recount::no && is_counted(database, version.version, layout)) return;
  SqliteTransaction transaction(database);
  if (recount == Recount::yes) forget_sketches(database, version.version);
  bring_up_to_date(database, version.version, layout);
  transaction.commit();
  StoreAccess::sketches(store).forget();
}

}  // namespace mlops::observe
