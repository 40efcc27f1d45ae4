#include "registry_presence.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.hpp"

namespace mlops::app {

void require_registry(const CommandContext& context) {
  const std::filesystem::path& root = context.options.registry;
  if (std::filesystem::is_directory(root)) return;
  throw Error(ErrorKind::not_found, "registry.not_found",
              fmt::format("there is no registry at '{}'", root.string()),
              "--registry DIR or MLOPS_REGISTRY names it");
}

}  // namespace mlops::app
