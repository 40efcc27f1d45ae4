// Long work in short write transactions.
#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "observe/store_state.hpp"

namespace mlops::observe {
namespace {

/// Who waits for the lock looks every millisecond (base/sqlite.cpp); twice that is enough to get
/// in.
constexpr std::chrono::milliseconds kShortestPause{2};

}  // namespace

void ObservationStore::between_pieces(std::function<void()> turn) {
  state_->turn = std::move(turn);
}

bool StoreAccess::write_piece(ObservationStore& store, const std::function<bool()>& piece) {
  const auto begin = std::chrono::steady_clock::now();
  SqliteTransaction transaction(database(store));
  note_others(store);
  const bool more = piece();
  transaction.commit();
  store.state_->held = std::chrono::steady_clock::now() - begin;
  return more;
}

std::int64_t StoreAccess::data_version(ObservationStore& store) {
  SqliteStatement row = database(store).prepare("PRAGMA data_version");
  row.step();
  return row.integer(0);
}

/// Whether somebody else has written since the last piece.
void StoreAccess::note_others(ObservationStore& store) {
  const std::int64_t now = data_version(store);
  store.state_->others_write = now != std::exchange(store.state_->data_version, now);
}

void StoreAccess::at_turn(ObservationStore& store) {
  if (store.state_->turn) store.state_->turn();
}

void StoreAccess::give_turn(ObservationStore& store) {
  if (store.state_->turn) return store.state_->turn();
  std::chrono::steady_clock::duration pause = kShortestPause;
  if (store.state_->others_write) pause = std::max(pause, store.state_->held);
  std::this_thread::sleep_for(pause);
}

void StoreAccess::write_in_pieces(ObservationStore& store, const std::function<bool()>& piece) {
  while (write_piece(store, piece)) give_turn(store);
}

}  // namespace mlops::observe
