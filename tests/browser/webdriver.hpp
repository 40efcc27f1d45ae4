// A browser driven over WebDriver, which is HTTP and JSON: Debian's chromium through chromedriver.
// https://www.w3.org/TR/webdriver2/
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/json.hpp"
#include "support/process.hpp"

namespace httplib {
class Client;
}

namespace mlops::test {

/// Whether chromium and chromedriver are installed; says so once where they are not.
[[nodiscard]] bool have_browser();

/// Size of the window's content and preferred colours.
struct Viewport {
  int width = 1280;
  int height = 900;
  bool dark = false;
};

/// One headless window with a profile of its own. What a command answers with an error ends the
/// test case.
class Browser {
 public:
  Browser();
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void set_viewport(const Viewport& viewport);
  void open(const std::string& url);
  /// The value of a function body: run("return document.title").
  Json run(const std::string& script);
  /// The same where the body awaits: run_async("return await f()").
  Json run_async(const std::string& script);
  /// Looks until the function body gives something true, at most `limit`; whether it did. The
  /// seconds it took are in `waited_seconds`.
  bool wait_for(const std::string& script, std::chrono::seconds limit = std::chrono::seconds(20));
  [[nodiscard]] double waited_seconds() const noexcept { return waited_seconds_; }
  /// Presses keys on whatever has the focus; "\uE004" is Tab, "\uE007" Enter.
  void press(const std::string& keys);
  /// Writes NAME.png of the whole page into the build's folder of screenshots.
  void screenshot(const std::string& name);
  /// Writes NAME.png of the page's upper part, made smaller, among the documentation's pictures.
  void picture(const std::string& name, int height);
  /// Messages of the console so far, each once.
  [[nodiscard]] std::vector<std::string> console();
  /// Addresses that were asked for so far, each once.
  [[nodiscard]] std::vector<std::string> requests();
  /// A command of the DevTools protocol.
  Json devtools(const std::string& command, const Json& parameters);

 private:
  Json command(const std::string& method, const std::string& path, const Json& body);
  void capture(const std::filesystem::path& path, const Json& clip);
  [[nodiscard]] Json log(const std::string& kind);

  TempDirectory directory_;
  std::unique_ptr<Background> driver_;
  std::unique_ptr<httplib::Client> client_;
  std::string session_;
  double waited_seconds_ = 0;
};

/// The key "Tab" and others as WebDriver writes them.
inline constexpr const char* kTab = "\xee\x80\x84";
inline constexpr const char* kEnter = "\xee\x80\x87";
inline constexpr const char* kArrowLeft = "\xee\x80\x92";
inline constexpr const char* kArrowRight = "\xee\x80\x94";

}  // namespace mlops::test
