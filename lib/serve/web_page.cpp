#include "serve/web_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "registry/gzip.hpp"
#include "serve/web_files.hpp"

namespace mlops::serve {
namespace {

constexpr std::pair<std::string_view, std::string_view> kContentTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"}};

std::string_view content_type_of(std::string_view name) {
  for (const auto& [ending, type] : kContentTypes) {
    if (name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

/// Whether Accept-Encoding takes gzip: named and not with weight 0.
bool accepts_gzip(std::string_view header) {
  const std::size_t at = header.find("gzip");
  if (at == std::string_view::npos) return false;
  const std::string_view rest = header.substr(at + 4, header.find(',', at) - at - 4);
  return rest.find("q=0") == std::string_view::npos || rest.find("q=0.") != std::string_view::npos;
}

/// Whether If-None-Match names the tag; a proxy may have made it a weak one.
bool has_already(std::string_view header, std::string_view etag) {
  return header == "*" || header.find(etag) != std::string_view::npos;
}

std::string inflate(std::string_view gzip, std::string_view name) {
  std::istringstream input{std::string(gzip)};
  registry::GzipReader reader(input, std::string(name));
  std::string plain;
  std::array<char, 16384> block{};
  while (const std::size_t n = reader.read(block)) plain.append(block.data(), n);
  return plain;
}

Response with_headers(std::string_view name, std::string_view etag) {
  return {.content_type = std::string(content_type_of(name)),
          .headers = {{"ETag", std::string(etag)},
                      {"Cache-Control", "no-cache"},
                      {"Vary", "Accept-Encoding"},
                      {"Content-Security-Policy", std::string(kContentSecurityPolicy)},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"}}};
}

[[noreturn]] void refuse(std::string_view name) {
  throw Error(ErrorKind::not_found, "http.no_such_file",
              fmt::format("the web page has no file '{}'", name.substr(0, 100)));
}

const WebFile& embedded(std::string_view name) {
  const auto files = embedded_web_files();
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const WebFile& f) { return f.name == name; });
  if (found == files.end()) refuse(name);
  return *found;
}

/// The file as it is on the disk now. Packages of npm are not there: those stay embedded.
Response from_directory(const std::filesystem::path& path, const Request& request,
                        std::string_view name) {
  std::string content = read_file(path);
  const std::string etag = '"' + sha256_hex(content).substr(0, 16) + '"';
  Response response = with_headers(name, etag);
  if (has_already(request.header("if-none-match"), etag)) {
    response.status = 304;
  } else {
    response.body = std::move(content);
  }
  return response;
}

}  // namespace

Response web_file(const ServerConfig& config, const Request& request, std::string_view name) {
  const WebFile& file = embedded(name);
  if (config.web_directory && std::filesystem::exists(*config.web_directory / name))
    return from_directory(*config.web_directory / name, request, name);
  Response response = with_headers(name, file.etag);
  if (has_already(request.header("if-none-match"), file.etag)) {
    response.status = 304;
  } else if (accepts_gzip(request.header("accept-encoding"))) {
    response.headers.push_back({"Content-Encoding", "gzip"});
    response.body = file.gzip;
  } else {
    response.body = inflate(file.gzip, name);
  }
  return response;
}

}  // namespace mlops::serve
