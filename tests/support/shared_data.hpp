// Where the real data sets are. Tests that need one are skipped, visibly, when it is absent.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace mlops::test {

/// The folder of real data sets: MLOPS_SHARED_DATA from the environment, else the configured one.
inline std::filesystem::path shared_data_root() {
  const char* from_environment = std::getenv("MLOPS_SHARED_DATA");
  return from_environment != nullptr ? from_environment : MLOPS_SHARED_DATA_DEFAULT;
}

/// True when `relative` is there; otherwise prints "skipped" and the reason.
inline bool shared_data_available(const std::string& relative) {
  if (std::filesystem::exists(shared_data_root() / relative)) return true;
  MESSAGE("skipped: no " << (shared_data_root() / relative).string() << " (set MLOPS_SHARED_DATA)");
  return false;
}

}  // namespace mlops::test
