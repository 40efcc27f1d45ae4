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
  const bool more = piece();
  transaction.commit();
  store.state_->held = std::chrono::steady_clock::now() - begin;
  return more;
}

void StoreAccess::give_turn(ObservationStore& store) {
  if (store.state_->turn) return store.state_->turn();
  std::this_thread::sleep_for(
      std::max<std::chrono::steady_clock::duration>(store.state_->held, kShortestPause));
}

void StoreAccess::write_in_pieces(ObservationStore& store, const std::function<bool()>& piece) {
  while (write_piece(store, piece)) give_turn(store);
}

}  // namespace mlops::observe
