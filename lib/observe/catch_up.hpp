// A version's records counted into the stored sketches as far as the log goes, while others add to
// the log.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "observe/log_count.hpp"
#include "observe/sketch_table.hpp"
#include "observe/store.hpp"

namespace mlops::observe {

/// Far behind, the log is counted without the write lock, which is taken for a moment to store what
/// was counted, as far as it is still what the log holds. What is left then, or what changes again
/// and again, is counted under the lock: not more than a commit of the log may count.
class CatchUp {
 public:
  /// `store` is borrowed, and open for writing.
  CatchUp(ObservationStore& store, std::uint32_t version);

  /// Returns when not more than some thousand rows are left, or when the version is not to be
  /// counted any more. Between two transactions others have their turn.
  void run();

 private:
  enum class Stored { some, nothing, outdated };

  /// As the counting begins; nothing where little is left to count.
  [[nodiscard]] std::optional<SketchProgress> progress_if_behind() const;
  void count(const SketchProgress& begun);
  /// Once more the first part, from where the stored sketches end now.
  void count_first_again(const SketchProgress& begun);
  void store_parts(const SketchProgress& begun);
  /// In one transaction, what of the first parts is still what the log holds.
  Stored store_first(const SketchProgress& begun);
  [[nodiscard]] std::optional<CountedPart> take_valid();
  [[nodiscard]] bool is_valid(const CountedPart& part) const;
  void drop_below(std::int64_t id);
  /// Under the lock.
  void count_rest();
  /// Requires: a write transaction, and that the part is what the log holds.
  void store(const ProgressByVersion& all, const CountedPart& part);

  ObservationStore& store_;
  SqliteDatabase& database_;
  std::uint32_t version_;
  LogCounter counter_;
  std::deque<CountedPart> parts_;  ///< counted and not yet stored, without gaps
};

}  // namespace mlops::observe
