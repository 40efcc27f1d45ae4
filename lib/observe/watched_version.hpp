// What a stored version brings to be watched by, read from its directory.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "observe/health.hpp"

namespace mlops::observe {

/// Name of the reference profile's file in a version's directory.
inline constexpr const char* kProfileFile = "profile.json";

/// Name of the held-out losses' file (loss_profile.hpp) there; a version may lack it.
inline constexpr const char* kLossProfileFile = "loss_profile.json";

/// The metric people read on dashboards: accuracy, or RMSE.
[[nodiscard]] data::Metric watched_metric(data::Task task) noexcept;

/// Reads schema.json, profile.json and, where it is, loss_profile.json of `directory`; the held-out
/// score comes from the manifest's metadata, member "watched_metric":
/// {"name","value","lower","upper","n"}. `deployed_at` is left for the caller, who knows when the
/// version became champion: the detectors start there. Throws not_found or corrupt.
[[nodiscard]] WatchedVersion read_watched_version(const std::filesystem::path& directory,
                                                  std::string model, std::uint32_t version,
                                                  const Json& metadata);

}  // namespace mlops::observe
