#include "observe/watched_version.hpp"

#include <utility>

#include "base/file.hpp"

namespace mlops::observe {

data::Metric watched_metric(data::Task task) noexcept {
  return task == data::Task::regression ? data::Metric::rmse : data::Metric::accuracy;
}

WatchedVersion read_watched_version(const std::filesystem::path& directory, std::string model,
                                    std::uint32_t version, const Json& metadata) {
  WatchedVersion watched{.model = std::move(model), .version = version};
  watched.schema =
      data::schema_from_json(parse_json(read_file(directory / "schema.json"), "schema.json"));
  watched.profile =
      data::profile_from_json(parse_json(read_file(directory / kProfileFile), kProfileFile));
  const JsonObject score = JsonObject(metadata, "manifest").object("watched_metric");
  watched.reference = {.metric = watched_metric(watched.schema.task),
                       .value = score.number("value"),
                       .lower = score.number("lower"),
                       .upper = score.number("upper"),
                       .n = score.unsigned_integer("n")};
  const std::filesystem::path losses = directory / kLossProfileFile;
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(losses, error);
  if (status.type() == std::filesystem::file_type::none)
    throw_system_error("look at", losses, error.value());
  if (std::filesystem::exists(status))
    watched.losses = loss_profile_from_json(parse_json(read_file(losses), kLossProfileFile));
  return watched;
}

}  // namespace mlops::observe
