#include "registry/datasets.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <set>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/lock.hpp"
#include "registry/directory.hpp"
#include "registry/gzip.hpp"
#include "registry/layout.hpp"
#include "registry/sealed.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

std::string gzipped(std::string_view bytes) {
  std::string compressed;
  GzipWriter writer([&](std::string_view piece) { compressed.append(piece); });
  writer.write(bytes);
  writer.finish();
  return compressed;
}

/// Calls `take` with the unpacked content, block by block.
template <typename Take>
void unpack(const fs::path& path, const Take& take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw_system_error("open", path, errno);
  GzipReader reader(file, path.filename().string());
  std::array<char, 1 << 16> block{};
  while (const std::size_t count = reader.read(block)) take(std::string_view(block.data(), count));
}

std::chrono::sys_time<std::chrono::microseconds> system_time(Timestamp time) {
  return std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(time.micros));
}

void collect_hashes(const Json& value, std::set<std::string>& hashes) {
  if (value.is_string() && layout::is_sha256(value.get_ref<const std::string&>()))
    hashes.insert(value.get<std::string>());
  if (value.is_structured()) {
    for (const Json& item : value) collect_hashes(item, hashes);
  }
}

[[noreturn]] void fail_corrupt(std::string_view sha256, std::string_view fault) {
  throw Error(ErrorKind::corrupt, "dataset.corrupt",
              fmt::format("the snapshot {}.csv.gz is damaged: {}", sha256, fault),
              "'mlops fsck' lists everything that is damaged");
}

}  // namespace

std::string store_snapshot(const fs::path& root, std::string_view csv_bytes, Timestamp now) {
  std::string sha256 = sha256_hex(csv_bytes);
  const fs::path path = layout::dataset(root, sha256);
  std::string compressed;
  if (!is_there(path)) compressed = gzipped(csv_bytes);  // long, so before the lock
  const FileLock lock = FileLock::acquire(layout::datasets_lock(root));
  if (is_there(path)) {
    std::error_code error;  // a file of another user cannot be touched, and need not be
    fs::last_write_time(path, std::chrono::file_clock::from_sys(system_time(now)), error);
    return sha256;
  }
  if (compressed.empty()) compressed = gzipped(csv_bytes);
  Replacement(path, compressed).commit();
  return sha256;
}

void adopt_snapshot(const fs::path& root, const fs::path& file, std::string_view sha256) {
  const fs::path path = layout::dataset(root, sha256);
  const FileLock lock = FileLock::acquire(layout::datasets_lock(root));
  if (is_there(path)) return;
  std::error_code error;
  fs::rename(file, path, error);
  if (error) throw_system_error("rename", path, error.value());
  sync_directory(path.parent_path());
}

std::optional<std::uint64_t> snapshot_size_if_older_than(const fs::path& root,
                                                         std::string_view sha256,
                                                         Timestamp cutoff) {
  const fs::path path = layout::dataset(root, sha256);
  std::error_code error;
  const fs::file_time_type time = fs::last_write_time(path, error);
  const std::uint64_t size = error ? 0 : fs::file_size(path, error);
  if (error || std::chrono::file_clock::to_sys(time) >= system_time(cutoff)) return std::nullopt;
  return size;
}

std::optional<std::uint64_t> remove_snapshot_older_than(const fs::path& root,
                                                        std::string_view sha256, Timestamp cutoff) {
  const FileLock lock = FileLock::acquire(layout::datasets_lock(root));
  const auto size = snapshot_size_if_older_than(root, sha256, cutoff);
  if (!size) return std::nullopt;
  remove_file(layout::dataset(root, sha256));
  return size;
}

std::string load_snapshot(const fs::path& root, std::string_view sha256) {
  const fs::path path = layout::dataset(root, sha256);
  if (!is_there(path))
    throw Error(ErrorKind::not_found, "dataset.not_found",
                fmt::format("the registry holds no snapshot {}", sha256),
                "it was trained with --no-snapshot, or gc removed it: give the data by hand");
  std::string bytes;
  try {
    unpack(path, [&](std::string_view block) { bytes.append(block); });
  } catch (const Error& failure) {
    if (failure.kind() != ErrorKind::corrupt) throw;
    fail_corrupt(sha256, failure.what());
  }
  if (sha256_hex(bytes) != sha256) fail_corrupt(sha256, "its content does not have that hash");
  return bytes;
}

std::string snapshot_fault(const fs::path& root, std::string_view sha256) {
  return snapshot_file_fault(layout::dataset(root, sha256), sha256, UINT64_MAX);
}

std::string snapshot_file_fault(const fs::path& file, std::string_view sha256,
                                std::uint64_t max_bytes) {
  Sha256 hash;
  std::uint64_t size = 0;
  try {
    std::array<char, kGzipHeader.size()> header{};
    std::ifstream stream(file, std::ios::binary);
    stream.read(header.data(), header.size());
    if (!stream.is_open() || stream.bad()) throw_system_error("read", file, errno);
    if (std::string_view(header.data(), header.size()) != kGzipHeader)
      return "it does not start like a gzip file of ours";
    unpack(file, [&](std::string_view block) {
      size += block.size();
      if (size > max_bytes)
        throw Error(ErrorKind::corrupt, "gzip.too_large",
                    fmt::format("it unpacks to more than {} bytes", max_bytes));
      hash.update(block);
    });
  } catch (const Error& failure) {
    if (failure.kind() != ErrorKind::corrupt) throw;
    return failure.what();
  }
  return hash.finish_hex() == sha256 ? "" : "its content does not have the hash in its name";
}

std::vector<std::string> list_snapshots(const fs::path& root) {
  std::vector<std::string> hashes;
  for (const DirectoryEntry& entry : list_directory(layout::datasets(root))) {
    if (auto hash = layout::parse_dataset(entry.name)) hashes.push_back(std::move(*hash));
  }
  return hashes;
}

std::vector<std::string> mentioned_hashes(const Json& metadata) {
  std::set<std::string> hashes;
  collect_hashes(metadata, hashes);
  return {hashes.begin(), hashes.end()};
}

}  // namespace mlops::registry
