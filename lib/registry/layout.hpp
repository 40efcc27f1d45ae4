// Every file name of a registry, in one place. Nothing else in the program joins these paths.
// Part of the on-disk format: add, never rename; see docs/registry-format.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::registry::layout {

/// Format written to registry.yaml; a program reads this version and every older one.
inline constexpr std::uint64_t kFormatVersion = 1;

inline constexpr std::string_view kManifestName = "manifest.yaml";
inline constexpr std::string_view kStagingPrefix = ".staging-";

[[nodiscard]] std::filesystem::path format_file(const std::filesystem::path& root);
[[nodiscard]] std::filesystem::path models(const std::filesystem::path& root);
[[nodiscard]] std::filesystem::path datasets(const std::filesystem::path& root);
/// datasets/SHA256.csv.gz.
[[nodiscard]] std::filesystem::path dataset(const std::filesystem::path& root,
                                            std::string_view sha256);

/// models/NAME. Throws invalid_argument ("model.bad_name") when the name is not valid, so that no
/// name ever leads outside the registry.
[[nodiscard]] std::filesystem::path model(const std::filesystem::path& root, std::string_view name);

/// What stands in a model's directory.
[[nodiscard]] std::filesystem::path aliases(const std::filesystem::path& model_directory);
[[nodiscard]] std::filesystem::path tags(const std::filesystem::path& model_directory);
[[nodiscard]] std::filesystem::path removed(const std::filesystem::path& model_directory);
[[nodiscard]] std::filesystem::path events(const std::filesystem::path& model_directory);
[[nodiscard]] std::filesystem::path model_config(const std::filesystem::path& model_directory);
[[nodiscard]] std::filesystem::path observations(const std::filesystem::path& model_directory);
[[nodiscard]] std::filesystem::path versions(const std::filesystem::path& model_directory);
[[nodiscard]] std::filesystem::path version(const std::filesystem::path& model_directory,
                                            std::uint32_t version);
[[nodiscard]] std::filesystem::path manifest(const std::filesystem::path& version_directory);
/// True for the names a model's directory may hold.
[[nodiscard]] bool is_model_entry(std::string_view file_name) noexcept;

/// Lock files are empty, never removed, and outside what they protect, so that removing a model
/// does not remove the lock others wait for.
[[nodiscard]] std::filesystem::path staging_lock(const std::filesystem::path& root);
[[nodiscard]] std::filesystem::path datasets_lock(const std::filesystem::path& root);
[[nodiscard]] std::filesystem::path locks(const std::filesystem::path& root);
/// models/.locks/NAME.PURPOSE.lock. Throws invalid_argument for a malformed name or purpose.
[[nodiscard]] std::filesystem::path model_lock(const std::filesystem::path& root,
                                               std::string_view name, std::string_view purpose);

/// Where the next content of `path` is prepared: ".FILE.tmp" beside it.
[[nodiscard]] std::filesystem::path replacement(const std::filesystem::path& path);
[[nodiscard]] bool is_replacement(std::string_view file_name) noexcept;

/// A version's number from its directory's name; nothing for any other spelling (leading zeros,
/// signs, 0, above 32 bits).
[[nodiscard]] std::optional<std::uint32_t> parse_version(std::string_view text) noexcept;
/// The hash in "SHA256.csv.gz"; nothing for any other file name.
[[nodiscard]] std::optional<std::string> parse_dataset(std::string_view file_name);
/// 64 lower-case hexadecimal digits.
[[nodiscard]] bool is_sha256(std::string_view text) noexcept;

}  // namespace mlops::registry::layout
