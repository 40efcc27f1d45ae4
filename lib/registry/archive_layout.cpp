#include "registry/archive_layout.hpp"

#include <fmt/format.h>

#include "registry/layout.hpp"
#include "registry/sealed.hpp"

namespace mlops::registry::archive {
namespace {

constexpr std::string_view kFormat = "mlops-export";
constexpr std::string_view kFormatVersion = "1";

}  // namespace

std::string header_text(const Header& header) {
  return seal({{"format", std::string(kFormat)},
               {"format_version", std::string(kFormatVersion)},
               {"model", header.model},
               {"version", std::to_string(header.version)},
               {"manifest_sha256", header.manifest_sha256}});
}

Header parse_header(std::string_view text) {
  Header header;
  bool known = true;
  for (const auto& [key, value] : unseal(text, kHeader)) {
    if (key == "format") {
      known = known && value == kFormat;
    } else if (key == "format_version") {
      known = known && value == kFormatVersion;
    } else if (key == "model") {
      header.model = value;
    } else if (key == "version") {
      header.version = layout::parse_version(value).value_or(0);
    } else if (key == "manifest_sha256") {
      header.manifest_sha256 = value;
    } else {
      known = false;
    }
  }
  if (!known || !is_valid_model_name(header.model) || header.version == 0 ||
      !layout::is_sha256(header.manifest_sha256))
    throw Error(ErrorKind::corrupt, "archive.refused",
                "the archive is not one this program understands",
                "it may have been exported by a newer mlops");
  return header;
}

}  // namespace mlops::registry::archive
