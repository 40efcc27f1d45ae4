#include "checkup.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "base/error.hpp"
#include "registry/registry.hpp"
#include "render/numbers.hpp"

namespace mlops::app {
namespace {

constexpr Timestamp kWritten{1'735'689'600LL * kMicrosPerSecond};  // 2025-01-01T00:00:00Z

/// The registry's directory, or the nearest one above it that exists.
std::filesystem::path nearest_existing(const std::filesystem::path& root) {
  std::error_code ignored;
  std::filesystem::path path = std::filesystem::absolute(root, ignored).lexically_normal();
  while (!std::filesystem::exists(path, ignored) && path.has_relative_path()) {
    path = path.parent_path();
  }
  return path;
}

bool directory_exists(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

/// The newest event for which `wanted` holds, over all models; nothing when there is none.
template <typename Wanted>
std::optional<registry::Event> newest_event(const registry::Registry& registry, Wanted wanted) {
  std::optional<registry::Event> newest;
  for (const std::string& name : registry.names()) {
    for (const registry::Event& event : registry.events(name)) {
      if (wanted(event) && (!newest || newest->time < event.time)) newest = event;
    }
  }
  return newest;
}

double seconds_between(Timestamp from, Timestamp to) {
  return to.seconds() - from.seconds();
}

Check failed_check(std::string name, const Error& error) {
  return {std::move(name), CheckStatus::failed, error.what(), error.hint()};
}

}  // namespace

std::string_view to_string(CheckStatus status) noexcept {
  switch (status) {
    case CheckStatus::ok:
      return "ok";
    case CheckStatus::warning:
      return "warning";
    case CheckStatus::failed:
      return "failed";
  }
  return "failed";
}

Check check_registry(const std::filesystem::path& root, const Clock& clock) {
  const std::filesystem::path existing = nearest_existing(root);
  const bool writable = ::access(existing.c_str(), W_OK) == 0;
  if (!directory_exists(root)) {
    if (writable) return {"registry", CheckStatus::ok, root.string() + " is not there yet", ""};
    return {
        "registry", CheckStatus::failed,
        fmt::format("{} is not there and {} can't be written", root.string(), existing.string()),
        "give another place with --registry or MLOPS_REGISTRY"};
  }
  try {
    const std::size_t n_models = registry::Registry(root, clock).names().size();
    const std::string message =
        fmt::format("{} with {} model{}", root.string(), n_models, n_models == 1 ? "" : "s");
    if (writable) return {"registry", CheckStatus::ok, message, ""};
    return {"registry", CheckStatus::warning, message + ", read-only",
            "serve it with --state DIR; training needs write access"};
  } catch (const Error& error) {
    return failed_check("registry", error);
  }
}

std::vector<Check> check_models(const std::filesystem::path& root, const Clock& clock) {
  std::vector<Check> checks;
  if (!directory_exists(root)) return checks;
  const registry::Registry registry(root, clock);
  for (const std::string& name : registry.names()) {
    try {
      const auto champion = registry.aliases(name).champion;
      if (champion) static_cast<void>(registry.manifest(name, *champion));
      checks.push_back(
          {"model " + name, CheckStatus::ok,
           champion ? fmt::format("champion @{} is whole", *champion) : std::string("no champion"),
           champion ? "" : fmt::format("mlops deploy {}", name)});
    } catch (const Error& error) {
      checks.push_back(failed_check("model " + name, error));
    }
  }
  return checks;
}

Check check_disk(const std::filesystem::path& root) {
  constexpr std::uint64_t kWarnBytes = 1'000'000'000;
  constexpr std::uint64_t kFailBytes = 50'000'000;
  const std::filesystem::path existing = nearest_existing(root);
  struct statvfs facts {};
  if (::statvfs(existing.c_str(), &facts) != 0) {
    return {"disk", CheckStatus::warning, "free space is not known", ""};
  }
  const std::uint64_t free_bytes = facts.f_bavail * facts.f_frsize;
  const std::string message = render::size_text(free_bytes) + " free at " + existing.string();
  const std::string hint = "make room; `mlops gc` removes what nothing refers to";
  if (free_bytes < kFailBytes) return {"disk", CheckStatus::failed, message, hint};
  if (free_bytes < kWarnBytes) return {"disk", CheckStatus::warning, message, hint};
  return {"disk", CheckStatus::ok, message, ""};
}

Check check_file_system(const std::filesystem::path& root) {
  struct NetworkKind {
    unsigned long magic;
    const char* name;
  };
  // Source: statfs(2), "f_type".
  constexpr NetworkKind kNetwork[] = {
      {0x6969, "NFS"},    {0x517B, "SMB"},      {0xFE534D42, "SMB2"}, {0xFF534D42, "CIFS"},
      {0x01021997, "9P"}, {0x00C36400, "Ceph"}, {0x5346414F, "AFS"}};
  struct statfs facts {};
  if (::statfs(nearest_existing(root).c_str(), &facts) != 0) {
    return {"file system", CheckStatus::warning, "the file system's kind is not known", ""};
  }
  const auto magic = static_cast<unsigned long>(facts.f_type) & 0xFFFFFFFFUL;
  for (const NetworkKind& kind : kNetwork) {
    if (kind.magic != magic) continue;
    return {"file system", CheckStatus::warning,
            fmt::format("the registry lies on a network file system ({})", kind.name),
            "mount it read-only and keep observations local: mlops serve --state DIR"};
  }
  return {"file system", CheckStatus::ok, "local", ""};
}

Check check_clock(const std::filesystem::path& root, const Clock& clock) {
  const Timestamp now = clock.now();
  const std::string hint = "set the clock, or switch on time synchronisation";
  if (now < kWritten) {
    return {"clock", CheckStatus::failed, to_rfc3339(now) + " is in the past", hint};
  }
  try {
    const auto newest =
        newest_event(registry::Registry(root, clock), [](const registry::Event&) { return true; });
    if (newest && now < newest->time) {
      return {"clock", CheckStatus::warning,
              fmt::format("the newest event is {} ahead of the clock",
                          render::duration_text(seconds_between(now, newest->time))),
              hint};
    }
  } catch (const Error&) {
    // check_registry and check_models say what is wrong there.
  }
  return {"clock", CheckStatus::ok, to_rfc3339(now), ""};
}

Check check_port(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool is_free =
      ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (is_free) return {"port", CheckStatus::ok, fmt::format("127.0.0.1:{} is free", port), ""};
  return {"port", CheckStatus::warning, fmt::format("127.0.0.1:{} is in use", port),
          fmt::format("fine if that is mlops; otherwise: mlops serve --port {}", port + 1)};
}

Check check_retraining(const std::filesystem::path& root, const Clock& clock) {
  try {
    const auto newest = newest_event(
        registry::Registry(root, clock),
        [](const registry::Event& event) { return event.type.starts_with("retrain"); });
    if (!newest) {
      return {"retraining", CheckStatus::ok, "never ran here",
              "from cron: mlops retrain --all --if-needed"};
    }
    return {"retraining", CheckStatus::ok,
            fmt::format("last ran {} ago",
                        render::duration_text(seconds_between(newest->time, clock.now()))),
            ""};
  } catch (const Error& error) {
    return failed_check("retraining", error);
  }
}

}  // namespace mlops::app
