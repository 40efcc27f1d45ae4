#include "registry/aliases.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/file.hpp"
#include "registry/layout.hpp"
#include "registry/sealed.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string_view source, std::string_view key, std::string_view value) {
  throw Error(ErrorKind::corrupt, "aliases.corrupt",
              fmt::format("{} is damaged: '{}: {}' is not understood", source, key, value),
              "it may have been written by a newer mlops; 'mlops fsck' looks closer");
}

Version version_of(std::string_view source, std::string_view key, std::string_view value) {
  const auto version = layout::parse_version(value);
  if (!version) fail(source, key, value);
  return *version;
}

double share_of(std::string_view source, std::string_view key, std::string_view value) {
  double share = -1;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), share);
  if (error != std::errc{} || end != value.data() + value.size() || !(share >= 0 && share <= 1))
    fail(source, key, value);
  return share;
}

/// The lines of a sealed file; none when there is no file.
SealedLines read_sealed(const fs::path& path) {
  try {
    return unseal(read_file(path), path.string());
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return {};
    throw;
  }
}

Aliases aliases_from_lines(const SealedLines& lines, std::string_view source) {
  Aliases aliases;
  Challenger challenger;
  for (const auto& [key, value] : lines) {
    if (key == "champion") {
      aliases.champion = version_of(source, key, value);
    } else if (key == "previous") {
      aliases.previous = version_of(source, key, value);
    } else if (key == "challenger") {
      challenger.version = version_of(source, key, value);
    } else if (key == "challenger_traffic") {
      challenger.traffic_share = share_of(source, key, value);
    } else if (key == "challenger_shadow" && (value == "true" || value == "false")) {
      challenger.shadow = value == "true";
    } else {
      fail(source, key, value);
    }
  }
  if (challenger.version != 0) aliases.challenger = challenger;
  return aliases;
}

Json version_or_null(const std::optional<Version>& version) {
  return version ? Json(*version) : Json(nullptr);
}

std::optional<Version> version_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<Version>();
}

}  // namespace

bool Aliases::operator==(const Aliases& other) const {
  const auto same_challenger = [](const Challenger& a, const Challenger& b) {
    return a.version == b.version && a.shadow == b.shadow &&
           !(a.traffic_share < b.traffic_share || a.traffic_share > b.traffic_share);
  };
  if (champion != other.champion || previous != other.previous) return false;
  if (challenger.has_value() != other.challenger.has_value()) return false;
  return !challenger || same_challenger(*challenger, *other.challenger);
}

std::string aliases_to_text(const Aliases& aliases) {
  SealedLines lines;
  if (aliases.champion) lines.emplace_back("champion", std::to_string(*aliases.champion));
  if (aliases.previous) lines.emplace_back("previous", std::to_string(*aliases.previous));
  if (aliases.challenger) {
    lines.emplace_back("challenger", std::to_string(aliases.challenger->version));
    lines.emplace_back("challenger_traffic", shortest_decimal(aliases.challenger->traffic_share));
    lines.emplace_back("challenger_shadow", aliases.challenger->shadow ? "true" : "false");
  }
  return seal(lines);
}

Aliases parse_aliases(std::string_view text, std::string_view source) {
  return aliases_from_lines(unseal(text, source), source);
}

Aliases read_aliases(const fs::path& path) {
  return aliases_from_lines(read_sealed(path), path.string());
}

Json aliases_to_json(const Aliases& aliases) {
  Json json = Json::object();
  json["champion"] = version_or_null(aliases.champion);
  json["previous"] = version_or_null(aliases.previous);
  json["challenger"] = nullptr;
  if (aliases.challenger)
    json["challenger"] = {{"version", aliases.challenger->version},
                          {"traffic", aliases.challenger->traffic_share},
                          {"shadow", aliases.challenger->shadow}};
  return json;
}

std::optional<Aliases> aliases_from_json(const Json& json) {
  if (!json.is_object() || !json.contains("champion") || !json.contains("challenger"))
    return std::nullopt;
  Aliases aliases;
  aliases.champion = version_in(json, "champion");
  aliases.previous = version_in(json, "previous");
  const Json& challenger = json.at("challenger");
  if (challenger.is_object()) {
    const auto version = version_in(challenger, "version");
    if (!version || !challenger.contains("traffic") || !challenger.at("traffic").is_number() ||
        !challenger.contains("shadow") || !challenger.at("shadow").is_boolean())
      return std::nullopt;
    aliases.challenger = Challenger{.version = *version,
                                    .traffic_share = challenger.at("traffic").get<double>(),
                                    .shadow = challenger.at("shadow").get<bool>()};
  }
  return aliases;
}

std::map<std::string, Version> read_tags(const fs::path& path) {
  std::map<std::string, Version> tags;
  for (const auto& [tag, value] : read_sealed(path))
    tags.emplace(tag, version_of(path.string(), tag, value));
  return tags;
}

std::string tags_to_text(const std::map<std::string, Version>& tags) {
  SealedLines lines;
  for (const auto& [tag, version] : tags) lines.emplace_back(tag, std::to_string(version));
  return seal(lines);
}

std::map<Version, std::string> read_removed(const fs::path& path) {
  std::map<Version, std::string> removed;
  for (const auto& [version, time] : read_sealed(path)) {
    if (!parse_rfc3339(time)) fail(path.string(), version, time);
    removed.emplace(version_of(path.string(), "version", version), time);
  }
  return removed;
}

std::string removed_to_text(const std::map<Version, std::string>& removed) {
  SealedLines lines;
  for (const auto& [version, time] : removed) lines.emplace_back(std::to_string(version), time);
  return seal(lines);
}

}  // namespace mlops::registry
