#include "registry/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "registry/layout.hpp"

namespace mlops::registry {
namespace {

constexpr std::uint64_t kManifestFormat = 1;
constexpr std::string_view kSealStart = "  \"manifest_sha256\": \"";
constexpr std::string_view kSealEnd = "\"\n}\n";
constexpr std::string_view kMetadataStart = "\n  \"metadata\": {";
constexpr std::string_view kMemberStart = "\n    \"";

[[noreturn]] void fail(std::string_view source, std::string_view what) {
  throw Error(ErrorKind::corrupt, "manifest.corrupt",
              fmt::format("{} is damaged: {}", source, what),
              "'mlops fsck' lists everything that is damaged");
}

struct SealedText {
  std::string_view body;
  std::string_view hash;
};

SealedText split_seal(std::string_view text, std::string_view source) {
  const std::size_t length = kSealStart.size() + 64 + kSealEnd.size();
  if (text.size() < length) fail(source, "it has no checksum");
  const std::string_view seal = text.substr(text.size() - length);
  if (!seal.starts_with(kSealStart) || !seal.ends_with(kSealEnd))
    fail(source, "it does not end in a checksum");
  return {text.substr(0, text.size() - length), seal.substr(kSealStart.size(), 64)};
}

Json files_to_json(const std::vector<FileEntry>& files) {
  Json list = Json::array();
  for (const FileEntry& file : files) {
    Json entry = Json::object();
    entry["path"] = file.path;
    entry["sha256"] = file.sha256;
    entry["size_bytes"] = file.size_bytes;
    list.push_back(std::move(entry));
  }
  return list;
}

std::vector<FileEntry> files_from_json(const Json& list, std::string_view source) {
  std::vector<FileEntry> files;
  for (const Json& item : list) {
    const JsonObject entry(item, source, "files");
    files.push_back({.path = entry.text("path"),
                     .sha256 = entry.text("sha256"),
                     .size_bytes = entry.unsigned_integer("size_bytes")});
    if (!is_safe_relative_path(files.back().path) || !layout::is_sha256(files.back().sha256))
      fail(source, fmt::format("'{}' is not an entry for a file", files.back().path));
  }
  return files;
}

/// Everything but files, datasets and metadata.
Manifest head_from_json(const JsonObject& object, std::string_view source) {
  const std::uint64_t format = object.unsigned_integer("format");
  if (format != kManifestFormat)
    fail(source, fmt::format("format {} is not known to this program", format));
  Manifest manifest;
  manifest.model = object.text("model");
  const std::uint64_t version = object.unsigned_integer("version");
  const auto created_at = parse_rfc3339(object.text("created_at"));
  if (!is_valid_model_name(manifest.model) || version == 0 || version > UINT32_MAX || !created_at)
    fail(source, "model, version or created_at has no meaning");
  manifest.version = static_cast<Version>(version);
  manifest.created_at = *created_at;
  return manifest;
}

/// `parse`, with complaints about JSON turned into complaints about damage.
template <typename Parse>
Manifest guarded(std::string_view source, const Parse& parse) {
  try {
    return parse();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_data) throw;
    fail(source, error.what());
  }
}

/// The small members of the metadata, each one line or block that starts at an indent of four.
Json outline_of_metadata(std::string_view text, std::string_view source) {
  Json metadata = Json::object();
  std::size_t at = text.starts_with(kMemberStart) ? 0 : std::string_view::npos;
  while (at != std::string_view::npos) {
    const std::size_t next = text.find(kMemberStart, at + 1);
    const std::size_t end = next != std::string_view::npos ? next : text.find("\n  }", at);
    std::string_view member = text.substr(at, end == std::string_view::npos ? end : end - at);
    if (member.ends_with(',')) member.remove_suffix(1);
    if (member.size() <= kMaxOutlineMember)
      metadata.update(parse_json(fmt::format("{{{}}}", member), source));
    at = next;
  }
  return metadata;
}

}  // namespace

std::string manifest_to_text(const Manifest& manifest) {
  Json json = Json::object();
  json["format"] = kManifestFormat;
  json["model"] = manifest.model;
  json["version"] = manifest.version;
  json["created_at"] = to_rfc3339(manifest.created_at);
  json["metadata"] = manifest.metadata;
  json["files"] = files_to_json(manifest.files);
  json["datasets"] = manifest.datasets;
  std::string text = dump_json_pretty(json);
  text.resize(text.size() - std::string_view("\n}\n").size());
  text += ",\n";
  return fmt::format("{}{}{}{}", text, kSealStart, sha256_hex(text), kSealEnd);
}

Manifest parse_manifest(std::string_view text, std::string_view source) {
  const auto [body, hash] = split_seal(text, source);
  if (sha256_hex(body) != hash) fail(source, "its checksum does not fit its content");
  return guarded(source, [&] {
    const Json json = parse_json(text, source);
    const JsonObject object(json, source);
    Manifest manifest = head_from_json(object, source);
    manifest.files = files_from_json(object.array("files"), source);
    manifest.datasets = object.texts("datasets");
    if (!std::all_of(manifest.datasets.begin(), manifest.datasets.end(), layout::is_sha256))
      fail(source, "a dataset is not named by its hash");
    manifest.metadata = object.member("metadata");
    if (!manifest.metadata.is_object()) fail(source, "its metadata is not an object");
    return manifest;
  });
}

Manifest parse_manifest_outline(std::string_view text, std::string_view source) {
  const std::size_t start = text.find(kMetadataStart);
  if (start == std::string_view::npos) fail(source, "it has no metadata");
  std::string_view head = text.substr(0, start);
  if (head.ends_with(',')) head.remove_suffix(1);
  std::string_view rest = text.substr(start + kMetadataStart.size());
  rest = rest.substr(0, rest.find("\n  \"files\": ["));
  return guarded(source, [&] {
    const Json json = parse_json(fmt::format("{}\n}}", head), source);
    Manifest manifest = head_from_json(JsonObject(json, source), source);
    manifest.metadata = outline_of_metadata(rest, source);
    return manifest;
  });
}

std::string manifest_sha256(std::string_view text, std::string_view source) {
  return std::string(split_seal(text, source).hash);
}

bool is_safe_relative_path(std::string_view path) noexcept {
  if (path.empty() || path.size() > 255) return false;
  const auto is_refused = [](char c) {
    return c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  };
  if (std::any_of(path.begin(), path.end(), is_refused)) return false;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t slash = std::min(path.find('/', start), path.size());
    const std::string_view component = path.substr(start, slash - start);
    if (component.empty() || component == "." || component == "..") return false;
    start = slash + 1;
  }
  return true;
}

}  // namespace mlops::registry
