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
  /// Before the commit.
  void write();

 private:
  using Key = std::pair<std::uint32_t, std::int64_t>;  ///< version, hour
  struct Counted {
    SketchLayout layout;
    bool has_shadow = false;
    RecordCursor records;
  };
  void count_for(std::uint32_t version, Counted& counted, const LabelChange& change);

  SqliteDatabase* database_;
  std::map<std::uint32_t, Counted> versions_;
  std::map<Key, OutcomeSketch> outcomes_;
  std::map<Key, ArrivalSketch> arrivals_;
};

/// Every prediction or shadow score of a version whose truth is known and has a loss, with the
/// truth that counts; in the order of predictions.
void for_each_labelled(SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout,
                       const std::function<void(const LabelledRow&)>& visit);

/// Counts every truth of a version anew, for the hours that are still whole in the log.
/// Requires: a write transaction, a layout.
void count_labels(SqliteDatabase& database, std::uint32_t version, const SketchProgress& progress);

}  // namespace mlops::observe
