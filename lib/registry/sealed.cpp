#include "registry/sealed.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "registry/layout.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSealKey = "sha256: ";
constexpr std::size_t kSealLength = kSealKey.size() + 64 + 1;

bool is_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

[[noreturn]] void fail(std::string_view source, std::string_view what) {
  throw Error(ErrorKind::corrupt, "file.seal", fmt::format("{} is damaged: {}", source, what),
              "'mlops fsck' lists everything that is damaged; restore the file from a backup");
}

/// The part before the seal line, once the seal was found to fit.
std::string_view checked_body(std::string_view text, std::string_view source) {
  if (text.size() < kSealLength) fail(source, "it has no checksum line");
  const std::string_view body = text.substr(0, text.size() - kSealLength);
  const std::string_view seal_line = text.substr(body.size());
  if (!seal_line.starts_with(kSealKey) || seal_line.back() != '\n' ||
      (!body.empty() && body.back() != '\n'))
    fail(source, "it does not end in a checksum line");
  if (seal_line.substr(kSealKey.size(), 64) != sha256_hex(body))
    fail(source, "its checksum does not fit its content");
  return body;
}

/// Swaps two files; false, with errno, where one is absent or the file system cannot.
bool exchange(const fs::path& a, const fs::path& b) noexcept {
  return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
}

}  // namespace

std::string seal(const SealedLines& lines) {
  std::string body;
  for (const auto& [key, value] : lines) body += fmt::format("{}: {}\n", key, value);
  return fmt::format("{}{}{}\n", body, kSealKey, sha256_hex(body));
}

SealedLines unseal(std::string_view text, std::string_view source) {
  std::string_view body = checked_body(text, source);
  SealedLines lines;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || !is_key(line.substr(0, colon)) ||
        colon + 2 == line.size())
      fail(source, fmt::format("'{}' is not a 'key: value' line", line));
    const std::string key(line.substr(0, colon));
    for (const auto& [other, value] : lines) {
      if (other == key) fail(source, fmt::format("'{}' stands twice", key));
    }
    lines.emplace_back(key, line.substr(colon + 2));
  }
  return lines;
}

Replacement::Replacement(fs::path path, std::string_view bytes)
    : path_(std::move(path)), prepared_(layout::replacement(path_)) {
  std::error_code ignored;
  fs::remove(prepared_, ignored);
  try {
    write_new_file(prepared_, bytes);
  } catch (...) {
    fs::remove(prepared_, ignored);
    throw;
  }
}

Replacement::~Replacement() {
  std::error_code ignored;
  if (!prepared_.empty()) fs::remove(prepared_, ignored);
}

void Replacement::commit() {
  // What was there stays beside it until the directory is synced, so that taking the change back
  // needs no space.
  const bool exchanged = exchange(prepared_, path_);
  const bool is_new = !exchanged && errno == ENOENT;
  std::error_code error;
  if (!exchanged) fs::rename(prepared_, path_, error);
  if (error) throw_system_error("rename", path_, error.value());
  try {
    sync_directory(path_.parent_path());
  } catch (...) {
    if (exchanged) exchange(prepared_, path_);
    if (is_new) fs::rename(path_, prepared_, error);
    throw;
  }
}

}  // namespace mlops::registry
