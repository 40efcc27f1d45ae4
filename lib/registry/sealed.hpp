// Small state files: `key: value` lines, plain block YAML, closed by a line with the SHA-256 of
// everything before it, so that a flipped bit never moves an alias unnoticed.
// Part of the on-disk format; see docs/registry-format.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlops::registry {

/// Keys and values in the file's order. Keys match [a-z0-9_-]+; values are one line, not empty.
using SealedLines = std::vector<std::pair<std::string, std::string>>;

/// The text of a file, seal included.
[[nodiscard]] std::string seal(const SealedLines& lines);

/// The lines back. `source` names the file. Throws corrupt ("file.seal") when the seal does not
/// fit, a line is malformed or a key stands twice.
[[nodiscard]] SealedLines unseal(std::string_view text, std::string_view source);

/// A file's next content, written and synced beside it and put in its place by `commit`. The owner
/// of the file's lock is the only writer, so one name for the preparation is enough; a leftover of
/// a killed process is overwritten.
class Replacement {
 public:
  /// Throws io; then nothing is left behind.
  Replacement(std::filesystem::path path, std::string_view bytes);
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement();
  /// Puts it into place and syncs the directory. Throws io; then what was there is back, which
  /// needs no space (on file systems that can exchange two files).
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path prepared_;
};

}  // namespace mlops::registry
