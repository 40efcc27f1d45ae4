// What can be wrong around the program before anything is trained or served: the checks behind
// `mlops doctor`. Each looks, none changes anything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace mlops::app {

enum class CheckStatus { ok, warning, failed };

std::string_view to_string(CheckStatus status) noexcept;

/// One check and what came of it.
struct Check {
  std::string name;  ///< "registry"
  CheckStatus status = CheckStatus::ok;
  std::string message;  ///< one sentence with the value found
  std::string hint;     ///< what to do; empty when all is well
};

/// Whether the registry is there, readable and writable; an absent one is fine if it can be made.
[[nodiscard]] Check check_registry(const std::filesystem::path& root, const Clock& clock);

/// Whether every champion's manifest can be read. Absent without a registry.
[[nodiscard]] std::vector<Check> check_models(const std::filesystem::path& root,
                                              const Clock& clock);

/// Free bytes where the registry is or would be; a warning below 1 GB, failed below 50 MB.
[[nodiscard]] Check check_disk(const std::filesystem::path& root);

/// SQLite's locks are not dependable on network file systems: a warning there.
[[nodiscard]] Check check_file_system(const std::filesystem::path& root);

/// A clock before this program was written, or behind the newest event, makes wrong windows.
[[nodiscard]] Check check_clock(const std::filesystem::path& root, const Clock& clock);

/// Whether 127.0.0.1:port is free; a warning when something listens there.
[[nodiscard]] Check check_port(std::uint16_t port);

/// When `retrain` last ran for any model: whether the cron line or timer lives.
[[nodiscard]] Check check_retraining(const std::filesystem::path& root, const Clock& clock);

}  // namespace mlops::app
