// The tables of observations.sqlite and the settings of a connection to it. Part of the on-disk
// format; see docs/registry-format.md.
#pragma once

#include "base/sqlite.hpp"
#include "observe/store.hpp"

namespace mlops::observe {

/// Creates or migrates the tables and applies the durability. Throws corrupt for a file that a
/// newer program wrote, or that is not an observation store.
void prepare_for_writing(SqliteDatabase& database, const std::string& path, LogSync sync);

/// Checks the format. False for a database without tables yet. Throws corrupt.
[[nodiscard]] bool prepare_for_reading(SqliteDatabase& database, const std::string& path);

}  // namespace mlops::observe
