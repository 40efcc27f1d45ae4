// Counts truth into the stored outcomes and arrivals, in the transaction that stores it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "observe/record_cursor.hpp"
#include "observe/sketch_table.hpp"

namespace mlops::observe {

/// One truth that came, or replaced another.
struct LabelChange {
  std::int64_t id = 0;
  std::uint32_t version = 0;  ///< which answered
  Timestamp came;             ///< the first truth for that prediction
  std::optional<std::string> before;
  std::string after;
};

/// Of one transaction.
class OutcomeKeeper {
 public:
  /// `database` is borrowed.
  explicit OutcomeKeeper(SqliteDatabase& database);

  /// For the version that answered and for those that scored the row in the shadow.
  void count(const LabelChange& change);
  /// For one version, where it scored the row.
  void count_for(std::uint32_t version, const LabelChange& change);
  /// Before the commit.
  void write();

 private:
  using Key = std::pair<std::uint32_t, std::int64_t>;  ///< version, hour
  struct Counted {
    SketchProgress progress;
    RecordCursor records;
  };
  void count_for(std::uint32_t version, Counted& counted, const LabelChange& change);

  SqliteDatabase* database_;
  std::map<std::uint32_t, Counted> versions_;
  std::map<Key, OutcomeSketch> outcomes_;
  std::map<Key, ArrivalSketch> arrivals_;
};

/// Calls `visit` with every prediction or shadow score of a version whose truth is known and has a
/// loss, with the truth that counts; in the order of predictions, from an id on. After `n_labels`
/// truths it stops and returns the id to go on from; otherwise INT64_MAX.
std::int64_t for_each_labelled(SqliteDatabase& database, std::uint32_t version,
                               const SketchLayout& layout, std::int64_t first_id,
                               std::int64_t n_labels,
                               const std::function<void(const LabelledRow&)>& visit);

/// Counts a piece of a version's truths, for the hours that are still whole in the log; false when
/// nothing is left. Requires: a write transaction.
[[nodiscard]] bool count_labels(SqliteDatabase& database, std::uint32_t version);

}  // namespace mlops::observe
