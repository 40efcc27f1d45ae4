#include "terminal.hpp"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/error.hpp"
#include "base/file.hpp"

namespace mlops::app {
namespace {

constexpr unsigned kDefaultColumns = 80;
constexpr unsigned kDefaultRows = 24;

bool is_set(const std::optional<std::string>& value) {
  return value && !value->empty();
}

std::optional<unsigned> positive(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size() || number == 0) {
    return std::nullopt;
  }
  return number;
}

bool is_limited_terminal(const std::optional<std::string>& term) {
  return !is_set(term) || *term == "dumb";
}

bool wants_color(bool is_terminal, ColorChoice choice, const Environment& environment) {
  if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
  if (is_set(environment("NO_COLOR"))) return false;
  for (const char* name : {"CLICOLOR_FORCE", "FORCE_COLOR"}) {
    const auto value = environment(name);
    if (is_set(value) && *value != "0") return true;
  }
  return is_terminal && !is_limited_terminal(environment("TERM"));
}

bool shows_unicode(const StreamFacts& facts, const DisplayWishes& wishes,
                   const Environment& environment) {
  const auto term = environment("TERM");
  if (wishes.ascii || !facts.utf8_locale) return false;
  return !facts.is_terminal || !(is_limited_terminal(term) || *term == "linux");
}

}  // namespace

std::string_view to_string(ColorChoice choice) noexcept {
  switch (choice) {
    case ColorChoice::automatic:
      return "auto";
    case ColorChoice::always:
      return "always";
    case ColorChoice::never:
      return "never";
  }
  return "auto";
}

std::optional<ColorChoice> parse_color_choice(std::string_view text) noexcept {
  for (const auto choice : {ColorChoice::automatic, ColorChoice::always, ColorChoice::never}) {
    if (to_string(choice) == text) return choice;
  }
  return std::nullopt;
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

StreamFacts probe_stream(int file_descriptor) {
  StreamFacts facts;
  facts.is_terminal = ::isatty(file_descriptor) == 1;
  winsize size{};
  if (facts.is_terminal && ::ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    facts.window_columns = size.ws_col;
    facts.window_rows = size.ws_row;
  }
  facts.utf8_locale =
      std::setlocale(LC_CTYPE, "") != nullptr && std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  if (::localtime_r(&now, &local) != nullptr) {
    constexpr long kSecondsPerMinute = 60;
    facts.utc_offset_minutes = static_cast<int>(local.tm_gmtoff / kSecondsPerMinute);
  }
  return facts;
}

render::Capabilities decide_capabilities(const StreamFacts& facts, const DisplayWishes& wishes,
                                         const Environment& environment) {
  render::Capabilities capabilities;
  capabilities.terminal = facts.is_terminal;
  capabilities.columns =
      facts.window_columns.value_or(positive(environment("COLUMNS")).value_or(kDefaultColumns));
  capabilities.rows =
      facts.window_rows.value_or(positive(environment("LINES")).value_or(kDefaultRows));
  capabilities.color = wants_color(facts.is_terminal, wishes.color, environment);
  capabilities.unicode = shows_unicode(facts, wishes, environment);
  capabilities.utc_offset_minutes = facts.utc_offset_minutes;
  capabilities.live =
      facts.is_terminal && !is_limited_terminal(environment("TERM")) && !is_set(environment("CI"));
  return capabilities;
}

void Terminal::refresh_size() {
  const StreamFacts facts = probe_stream(stream_ == Stream::out ? STDOUT_FILENO : STDERR_FILENO);
  if (facts.window_columns) capabilities_.columns = *facts.window_columns;
  if (facts.window_rows && *facts.window_rows > 0) capabilities_.rows = *facts.window_rows;
}

void Terminal::write(std::string_view text) {
  const int descriptor = stream_ == Stream::out ? STDOUT_FILENO : STDERR_FILENO;
  while (!text.empty()) {
    const ssize_t n_written = ::write(descriptor, text.data(), text.size());
    if (n_written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n_written));
    } else if (errno != EINTR) {
      if (stream_ == Stream::err) return;
      if (errno == EPIPE) throw ReaderGone{};
      throw_system_error("write to", "stdout", errno);
    }
  }
}

void Terminal::write_line(std::string_view text) {
  std::string line(text);
  line += '\n';
  write(line);
}

void Terminal::write_json(const Json& document) {
  write_line(dump_json(document));
}

}  // namespace mlops::app
