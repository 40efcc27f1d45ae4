#include "use_case.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace mlops::app {

workflow::Environment environment_of(const CommandContext& context, std::string_view command) {
  static const SystemClock clock;
  const std::string user = process_environment()("USER").value_or(
      fmt::format("uid {}", static_cast<unsigned>(::getuid())));
  return {
      .registry_root = context.options.registry,
      .actor = fmt::format("{} (mlops {}, pid {})", user, command, static_cast<long>(::getpid())),
      .clock = clock,
      .cancel = context.cancel};
}

}  // namespace mlops::app
