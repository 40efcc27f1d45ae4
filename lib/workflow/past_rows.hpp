// All rows that a champion's line has ever learnt from, those it has forgotten included: a
// retraining that chose a part of the past does not throw the rest away, seasons come back.
#pragma once

#include <string>

#include "data/schema.hpp"
#include "data/table.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// How much of the past a challenger learns from. Part of the on-disk format (a lineage's windows).
inline constexpr const char* kAllRows = "all rows";
inline constexpr const char* kChampionsRows = "the champion's and new rows";
inline constexpr const char* kNewRows = "new rows only";

struct PastRows {
  data::Table table;            ///< oldest first, with the schema's used columns
  std::size_t n_forgotten = 0;  ///< rows at the start that the champion has not learnt from
};

/// As far as the registry still has the versions and their rows.
[[nodiscard]] PastRows past_rows(const registry::Registry& registry, const std::string& name,
                                 registry::Version champion, const data::Schema& schema);

}  // namespace mlops::workflow
