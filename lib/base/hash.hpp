// SHA-256 for content addresses and the audit chain, HMAC for signed webhooks. By OpenSSL.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace mlops {

/// Lower-case hexadecimal SHA-256, 64 characters.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The same of a file's content, read in blocks. Throws not_found or io.
[[nodiscard]] std::string sha256_hex_of_file(const std::filesystem::path& path);

/// HMAC-SHA-256, lower-case hexadecimal.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view message);

/// Compares two secrets in time that depends only on their lengths.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// SHA-256 over bytes that arrive in pieces. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  /// The digest in hexadecimal; the object is spent afterwards.
  [[nodiscard]] std::string finish_hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace mlops
