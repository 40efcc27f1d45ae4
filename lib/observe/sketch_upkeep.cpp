// The stored sketches of a version as a whole: made, checked, made again.
#include <algorithm>
#include <optional>

#include "observe/health.hpp"
#include "observe/log_count.hpp"
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

/// A version's records counted as far as the log goes, while others add to it.
class CatchUp {
 public:
  CatchUp(ObservationStore& store, std::uint32_t version)
      : store_(store),
        database_(StoreAccess::database(store)),
        version_(version),
        counter_(database_) {}

  /// Far behind, a piece is counted without the lock, which is taken to store it, if nothing of it
  /// has changed; what is left is not more than a commit of the log may count under the lock.
  void run() {
    int n_lost = 0;
    while (const std::optional<Piece> piece = next_piece()) {
      const bool locked = n_lost == kMostLost;
      const bool counted = locked ? count_locked() : count_unlocked(*piece);
      n_lost = counted ? 0 : n_lost + 1;
      if (locked)
        StoreAccess::give_turn(store_);
      else
        StoreAccess::at_turn(store_);
    }
    count_locked();
  }

 private:
  /// Then a piece is counted under the lock: a small one, whoever waits.
  static constexpr int kMostLost = 3;

  struct Piece {
    std::int64_t data_version = 0;  ///< of the connection, before anything was read
    ProgressByVersion progress;
    CountRange range;
  };

  [[nodiscard]] std::optional<Piece> next_piece() const {
    Piece piece{.data_version = StoreAccess::data_version(store_)};
    piece.progress = load_progress(database_);
    const auto found = piece.progress.find(version_);
    if (found == piece.progress.end() || !found->second.layout) return std::nullopt;
    piece.range = range_of(found->second, kRowsInPiece);
    if (piece.range.end_id == INT64_MAX) piece.range = range_of(found->second, kRowsInCommit);
    if (piece.range.end_id == INT64_MAX) return std::nullopt;
    return piece;
  }

  [[nodiscard]] CountRange range_of(const SketchProgress& progress, std::int64_t n_rows) const {
    const std::int64_t first_id = std::max(progress.counted_to, progress.first_id);
    return {.version = version_,
            .first_id = first_id,
            .end_id = end_of_piece(database_, {{version_, first_id}}, n_rows),
            .first_hour = progress.pruned_to};
  }

  /// False where it was counted for nothing.
  bool count_unlocked(const Piece& piece) {
    const SketchProgress& progress = piece.progress.at(version_);
    const CountedLog counted = counter_.count(piece.range, *progress.layout);
    StoreAccess::at_turn(store_);
    return StoreAccess::write_piece(store_, [&] {
      if (!is_unchanged(piece, counted)) return false;
      store(piece.progress, piece.range, counted);
      return true;
    });
  }

  /// Nobody else counted or deleted, and no record came that is older than others of its piece.
  [[nodiscard]] bool is_unchanged(const Piece& piece, const CountedLog& counted) const {
    if (StoreAccess::data_version(store_) == piece.data_version) return true;
    const ProgressByVersion all = load_progress(database_);
    const auto now = all.find(version_);
    if (now == all.end()) return false;
    const SketchProgress& before = piece.progress.at(version_);
    return now->second.first_id == before.first_id && now->second.counted_to == before.counted_to &&
           now->second.pruned_to == before.pruned_to &&
           now->second.layout_bytes == before.layout_bytes &&
           count_of_records(database_, piece.range) == counted.n_records;
  }

  bool count_locked() {
    return StoreAccess::write_piece(store_, [&] {
      const ProgressByVersion all = load_progress(database_);
      const auto found = all.find(version_);
      if (found == all.end() || !found->second.layout) return false;
      const CountRange range = range_of(found->second, kRowsInCommit);
      store(all, range, counter_.count(range, *found->second.layout));
      return true;
    });
  }

  /// Requires: a write transaction, and what is counted is what the log holds.
  void store(const ProgressByVersion& all, const CountRange& range, const CountedLog& counted) {
    StoreAccess::sketches(store_).forget();  // who appends to this store sees how far it is counted
    add_to_stored(database_, all, counted.sketches);
    SketchProgress progress = load_progress(database_).at(version_);
    const bool is_rest = range.end_id == INT64_MAX;
    progress.counted_to =
        std::max(progress.counted_to, is_rest ? counted.largest_id + 1 : range.end_id);
    store_progress(database_, version_, progress);
  }

  ObservationStore& store_;
  SqliteDatabase& database_;
  std::uint32_t version_;
  LogCounter counter_;
};

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
