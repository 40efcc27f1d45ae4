#include "registry/staging.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "registry/directory.hpp"
#include "registry/layout.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

fs::path lock_file(const fs::path& staging) {
  return staging / "lock";
}

/// Creating, judging and finally removing a staging directory exclude each other, so that none is
/// taken for a leftover between its creation and its lock.
FileLock hold_staging_lock(const fs::path& root) {
  return FileLock::acquire(layout::staging_lock(root));
}

std::vector<fs::path> list_staging(const fs::path& root) {
  std::vector<fs::path> paths;
  for (const DirectoryEntry& entry : list_directory(layout::models(root))) {
    if (entry.name.starts_with(layout::kStagingPrefix))
      paths.push_back(layout::models(root) / entry.name);
  }
  return paths;
}

/// Requires: the staging lock is held, or cannot be taken.
std::vector<fs::path> list_abandoned(const fs::path& root) {
  std::vector<fs::path> abandoned;
  for (fs::path& path : list_staging(root)) {
    const fs::path lock = lock_file(path);
    if (!is_there(lock) || FileLock::try_acquire(lock)) abandoned.push_back(std::move(path));
  }
  return abandoned;
}

void remove_content(const fs::path& staging) {
  std::error_code error;
  fs::directory_iterator at(staging, error);
  while (!error && at != fs::directory_iterator()) {
    std::error_code ignored;
    if (at->path() != lock_file(staging)) fs::remove_all(at->path(), ignored);
    at.increment(error);
  }
}

}  // namespace

Staging::Staging(const fs::path& root) : root_(root) {
  const FileLock guard = hold_staging_lock(root);
  TempDirectory directory(layout::models(root), layout::kStagingPrefix);
  lock_ = FileLock::try_acquire(lock_file(directory.path()));
  path_ = directory.release();
}

Staging::Staging(Staging&& other) noexcept
    : root_(std::move(other.root_)),
      path_(std::exchange(other.path_, {})),
      lock_(std::exchange(other.lock_, std::nullopt)) {}

Staging::~Staging() {
  if (path_.empty()) return;
  std::error_code ignored;
  remove_content(path_);
  try {
    const FileLock guard = hold_staging_lock(root_);
    fs::remove_all(path_, ignored);
  } catch (const Error&) {
    fs::remove_all(path_, ignored);
  }
}

std::vector<fs::path> find_abandoned_staging(const fs::path& root) {
  if (!is_directory_there(layout::models(root))) return {};
  try {
    const FileLock guard = hold_staging_lock(root);
    return list_abandoned(root);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) throw;
  }
  return list_staging(root);
}

std::vector<fs::path> remove_abandoned_staging(const fs::path& root) {
  const FileLock guard = hold_staging_lock(root);
  std::vector<fs::path> removed = list_abandoned(root);
  for (const fs::path& path : removed) {
    std::error_code error;
    fs::remove_all(path, error);
    if (error) throw_system_error("remove", path, error.value());
  }
  return removed;
}

}  // namespace mlops::registry
