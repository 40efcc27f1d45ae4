// The inside of ObservationStore, shared by the .cpp files that implement it and by the parts of
// this module that keep their own tables in it (alerts, sketches). Not for other modules.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "base/sqlite.hpp"
#include "observe/sketch_keeper.hpp"
#include "observe/store.hpp"

namespace mlops::observe {

struct ObservationStore::State {
  /// Nothing where a store was opened read-only and is absent or still empty.
  std::optional<SqliteDatabase> database;
  std::int64_t next_id = 0;

  // Prepared once: the statements of the hot path. After `database`, so that they go first.
  std::optional<SqliteStatement> insert_block;
  std::optional<SqliteStatement> insert_shadow;
  std::optional<SqliteStatement> insert_client_id;
  std::optional<SketchKeeper> sketches;        ///< where the store is open for writing
  std::function<void()> turn;                  ///< between_pieces
  std::chrono::steady_clock::duration held{};  ///< the lock, by the last piece
  std::int64_t data_version = -1;              ///< at the last piece
  bool others_write = true;                    ///< did, before the last piece
};

/// The connection behind a store, for this module's own tables.
class StoreAccess {
 public:
  /// Throws internal when the store was opened read-only and does not exist.
  static SqliteDatabase& database(ObservationStore& store);
  /// Requires: open for writing.
  static SketchKeeper& sketches(ObservationStore& store);
  /// nullptr for an absent store.
  static SqliteDatabase* database_or_null(const ObservationStore& store) noexcept;

  /// One write transaction, some milliseconds of work; returns what `piece` returns.
  static bool write_piece(ObservationStore& store, const std::function<bool()>& piece);
  /// Between two pieces: lets others write.
  static void give_turn(ObservationStore& store);
  /// Where others may write without being let: calls what between_pieces was given.
  static void at_turn(ObservationStore& store);
  /// Changes when another connection has written (SQLite, PRAGMA data_version).
  [[nodiscard]] static std::int64_t data_version(ObservationStore& store);
  /// As many pieces as it takes until one returns false.
  static void write_in_pieces(ObservationStore& store, const std::function<bool()>& piece);

 private:
  static void note_others(ObservationStore& store);
};

}  // namespace mlops::observe
