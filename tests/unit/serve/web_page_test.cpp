#include "serve/web_page.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "serve/web_files.hpp"

using namespace mlops;
using namespace mlops::serve;

namespace {

Request asking(std::vector<Header> headers = {}) {
  return {.method = Method::get, .headers = std::move(headers)};
}

std::string header_of(const Response& response, std::string_view name) {
  for (const Header& header : response.headers)
    if (header.name == name) return header.value;
  return {};
}

const Header kTakesGzip{"accept-encoding", "gzip, deflate, br"};

bool is_ours(std::string_view name) {
  return !name.starts_with("uplot") && !name.starts_with("swagger-ui");
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

std::size_t size_of(const std::string& name) {
  return web_file({}, asking({kTakesGzip}), name).body.size();
}

/// A module and what it imports at once, and so on.
void add_imports(const std::string& name, std::set<std::string>& modules) {
  if (!modules.insert(name).second) return;
  const std::string text = web_file({}, asking(), name).body;
  const std::regex import(R"(from '\./([a-z_]+\.js)')");
  for (std::sregex_iterator found(text.begin(), text.end(), import), end; found != end; ++found)
    add_imports((*found)[1].str(), modules);
}

}  // namespace

TEST_SUITE("serve/web_page") {
  TEST_CASE("every file comes gzipped, or plain to who cannot take that") {
    for (const WebFile& file : embedded_web_files()) {
      CAPTURE(file.name);
      const Response packed = web_file({}, asking({kTakesGzip}), file.name);
      CHECK(packed.status == 200);
      CHECK(header_of(packed, "Content-Encoding") == "gzip");
      CHECK(packed.body.starts_with("\x1f\x8b"));
      const Response plain = web_file({}, asking(), file.name);
      CHECK(plain.status == 200);
      CHECK(header_of(plain, "Content-Encoding").empty());
      CHECK(plain.body.find('\0') == std::string::npos);
      CHECK_FALSE(plain.body.empty());
      CHECK(header_of(plain, "ETag") == header_of(packed, "ETag"));
      CHECK(plain.content_type.starts_with("text/"));
    }
  }

  TEST_CASE("gzip is taken only by who says so") {
    const std::map<std::string, bool> kTable = {
        {"", false},          {"gzip", true},     {"br, gzip", true},      {"gzip;q=0", false},
        {"gzip;q=0.5", true}, {"deflate", false}, {"gzip;q=0, br", false}, {"br;q=0, gzip", true}};
    for (const auto& [accepted, packed] : kTable) {
      CAPTURE(accepted);
      const Response response = web_file({}, asking({{"accept-encoding", accepted}}), "app.js");
      CHECK((header_of(response, "Content-Encoding") == "gzip") == packed);
    }
  }

  TEST_CASE("a client that has the file is told so") {
    const std::string etag = header_of(web_file({}, asking(), "index.html"), "ETag");
    REQUIRE(etag.size() == 18);
    for (const std::string& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
      CAPTURE(known);
      const Response response = web_file({}, asking({{"if-none-match", known}}), "index.html");
      CHECK(response.status == 304);
      CHECK(response.body.empty());
      CHECK(header_of(response, "ETag") == etag);
    }
    CHECK(web_file({}, asking({{"if-none-match", "\"0\""}}), "index.html").status == 200);
  }

  TEST_CASE("the policy lets nothing in from outside and nothing inline") {
    const std::string policy =
        header_of(web_file({}, asking(), "index.html"), "Content-Security-Policy");
    CHECK(policy.starts_with("default-src 'none'"));
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("http") == std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
  }

  TEST_CASE("our files keep to the policy, and put data into text only") {
    for (const WebFile& file : embedded_web_files()) {
      if (!is_ours(file.name)) continue;
      CAPTURE(file.name);
      const std::string text = web_file({}, asking(), file.name).body;
      for (const char* inline_code : {"<style", " style=\"", "onclick=", "innerHTML", "outerHTML",
                                      "insertAdjacentHTML", "document.write", "eval("})
        CHECK(text.find(inline_code) == std::string::npos);
      CHECK(count_of(text, "<script") == count_of(text, "<script src="));
      CHECK(count_of(text, "://") == count_of(text, "http://www.w3.org/2000/svg"));
    }
  }

  TEST_CASE("the first load of any page stays below 80 KB") {
    const std::size_t always =
        size_of("index.html") + size_of("style.css") + size_of("uplot.js") + size_of("uplot.css");
    for (const char* page :
         {"fleet_page.js", "model_page.js", "compare_page.js", "alerts_page.js"}) {
      CAPTURE(page);
      std::set<std::string> modules;
      add_imports("app.js", modules);
      add_imports(page, modules);
      std::size_t bytes = always;
      for (const std::string& module : modules) bytes += size_of(module);
      CHECK(modules.size() > 10);
      CHECK(bytes < 80'000);
      MESSAGE(page, ": ", bytes, " bytes gzipped");
    }
  }

  TEST_CASE("a directory takes the place of embedded files, and of nothing else") {
    const TempDirectory directory;
    ServerConfig config;
    config.web_directory = directory.path();
    std::ofstream(directory.path() / "app.js") << "// mine\n";
    std::ofstream(directory.path() / "secret.txt") << "secret\n";
    const Response mine = web_file(config, asking({kTakesGzip}), "app.js");
    CHECK(mine.body == "// mine\n");
    CHECK(web_file(config, asking({{"if-none-match", header_of(mine, "ETag")}}), "app.js").status ==
          304);
    CHECK(web_file(config, asking(), "index.html").body ==
          web_file({}, asking(), "index.html").body);
    for (const char* name : {"secret.txt", "../app.js", "", "nothing.js"}) {
      CAPTURE(name);
      CHECK_THROWS_AS(static_cast<void>(web_file(config, asking(), name)), Error);
    }
  }
}
