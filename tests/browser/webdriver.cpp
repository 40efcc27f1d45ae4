#include "browser/webdriver.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <httplib.h>

#include <array>
#include <fstream>
#include <iostream>
#include <thread>

#include "support/cli.hpp"

namespace mlops::test {
namespace {

constexpr auto kStartLimit = std::chrono::seconds(60);

std::filesystem::path find_program(const std::string& name) {
  for (const char* directory : {"/usr/bin", "/usr/local/bin", "/bin"}) {
    const std::filesystem::path path = std::filesystem::path(directory) / name;
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

std::string decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int n_bits = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) continue;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    n_bits += 6;
    if (n_bits < 8) continue;
    n_bits -= 8;
    bytes.push_back(static_cast<char>((bits >> n_bits) & 0xff));
  }
  return bytes;
}

/// The port that chromedriver says it listens on; 0 while it has not said so.
int announced_port(const std::filesystem::path& out) {
  if (!std::filesystem::exists(out)) return 0;
  const std::string text = read_file(out);
  const std::size_t at = text.find("successfully on port ");
  return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + 21);
}

Json capabilities(const std::filesystem::path& profile) {
  const Json arguments = {"--headless=new",
                          "--no-sandbox",
                          "--disable-gpu",
                          "--disable-quic",
                          "--no-first-run",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync",
                          "--disable-dev-shm-usage",
                          "--hide-scrollbars",
                          "--force-device-scale-factor=1",
                          "--user-data-dir=" + profile.string()};
  return {{"capabilities",
           {{"alwaysMatch",
             {{"browserName", "chrome"},
              {"goog:loggingPrefs", {{"browser", "ALL"}, {"performance", "ALL"}}},
              {"goog:chromeOptions",
               {{"binary", find_program("chromium").string()}, {"args", arguments}}}}}}}};
}

}  // namespace

bool have_browser() {
  const bool found = !find_program("chromium").empty() && !find_program("chromedriver").empty();
  if (!found) std::cout << "skipped: chromium and chromedriver are not installed\n";
  return found;
}

Browser::Browser() {
  const std::filesystem::path out = directory_.path() / "driver.out";
  driver_ = std::make_unique<Background>(
      Command{.program = find_program("chromedriver"), .arguments = {"--port=0"}}, out,
      directory_.path() / "driver.err");
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  while (announced_port(out) == 0 && std::chrono::steady_clock::now() < deadline)
    pause_between_looks();
  REQUIRE(announced_port(out) != 0);
  client_ = std::make_unique<httplib::Client>("127.0.0.1", announced_port(out));
  client_->set_read_timeout(kStartLimit);
  client_->set_keep_alive(true);
  client_->set_tcp_nodelay(true);
  session_ = "";
  const Json made = command("POST", "/session", capabilities(directory_.path() / "profile"));
  session_ = "/session/" + made["sessionId"].get<std::string>();
  command("POST", session_ + "/timeouts", {{"script", 60'000}, {"pageLoad", 60'000}});
}

Browser::~Browser() {
  if (!session_.empty()) client_->Delete(session_);
  if (driver_) driver_->signal(SIGTERM);
}

Json Browser::command(const std::string& method, const std::string& path, const Json& body) {
  const auto answer = method == "GET" ? client_->Get(path)
                                      : client_->Post(path, dump_json(body), "application/json");
  REQUIRE(answer);
  Json document = parse_json(answer->body, path);
  const Json value = document["value"];
  const bool failed = value.is_object() && value.contains("error");
  if (failed) FAIL(path, ": ", dump_json(value).substr(0, 600));
  return value;
}

Json Browser::devtools(const std::string& name, const Json& parameters) {
  return command("POST", session_ + "/goog/cdp/execute", {{"cmd", name}, {"params", parameters}});
}

void Browser::set_viewport(const Viewport& viewport) {
  devtools("Emulation.setDeviceMetricsOverride", {{"width", viewport.width},
                                                  {"height", viewport.height},
                                                  {"deviceScaleFactor", 1},
                                                  {"mobile", false}});
  devtools("Emulation.setEmulatedMedia",
           {{"features",
             {{{"name", "prefers-color-scheme"}, {"value", viewport.dark ? "dark" : "light"}}}}});
}

void Browser::open(const std::string& url) {
  command("POST", session_ + "/url", {{"url", url}});
}

Json Browser::run(const std::string& script) {
  return command("POST", session_ + "/execute/sync", {{"script", script}, {"args", Json::array()}});
}

Json Browser::run_async(const std::string& script) {
  const std::string wrapped =
      "const done = arguments[arguments.length - 1];"
      "(async () => {" +
      script + "})().then(done, (e) => done('failed: ' + e));";
  return command("POST", session_ + "/execute/async",
                 {{"script", wrapped}, {"args", Json::array()}});
}

bool Browser::wait_for(const std::string& script, std::chrono::seconds limit) {
  const auto start = std::chrono::steady_clock::now();
  bool held = false;
  do {
    const Json value = run(script);
    held = !value.is_null() && value != Json(false) && value != Json(0) && value != Json("");
    if (!held) pause_between_looks();
  } while (!held && std::chrono::steady_clock::now() - start < limit);
  waited_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return held;
}

void Browser::press(const std::string& keys) {
  Json strokes = Json::array();
  for (std::size_t at = 0; at < keys.size();) {
    std::size_t end = at + 1;
    while (end < keys.size() && (static_cast<unsigned char>(keys[end]) & 0xc0) == 0x80) ++end;
    for (const char* kind : {"keyDown", "keyUp"})
      strokes.push_back({{"type", kind}, {"value", keys.substr(at, end - at)}});
    at = end;
  }
  const Json keyboard = {{"type", "key"}, {"id", "keyboard"}, {"actions", strokes}};
  command("POST", session_ + "/actions", {{"actions", Json::array({keyboard})}});
}

void Browser::capture(const std::filesystem::path& path, const Json& clip) {
  std::filesystem::create_directories(path.parent_path());
  const Json shot = devtools("Page.captureScreenshot",
                             {{"format", "png"}, {"captureBeyondViewport", true}, {"clip", clip}});
  std::ofstream(path, std::ios::binary) << decode_base64(shot["data"].get<std::string>());
}

void Browser::screenshot(const std::string& name) {
  const Json size =
      run("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]");
  capture(std::filesystem::path(MLOPS_SCREENSHOTS) / (name + ".png"),
          {{"x", 0}, {"y", 0}, {"width", size[0]}, {"height", size[1]}, {"scale", 1}});
}

void Browser::picture(const std::string& name, int height) {
  capture(std::filesystem::path(MLOPS_PICTURES) / (name + ".png"),
          {{"x", 0}, {"y", 0}, {"width", 1280}, {"height", height}, {"scale", 0.75}});
}

Json Browser::log(const std::string& kind) {
  return command("POST", session_ + "/se/log", {{"type", kind}});
}

std::vector<std::string> Browser::console() {
  std::vector<std::string> messages;
  for (const Json& entry : log("browser"))
    messages.push_back(entry["level"].get<std::string>() + ": " +
                       entry["message"].get<std::string>());
  return messages;
}

std::vector<std::string> Browser::requests() {
  std::vector<std::string> urls;
  for (const Json& entry : log("performance")) {
    const Json message = parse_json(entry["message"].get<std::string>(), "log")["message"];
    if (message["method"] == "Network.requestWillBeSent")
      urls.push_back(message["params"]["request"]["url"].get<std::string>());
  }
  return urls;
}

}  // namespace mlops::test
