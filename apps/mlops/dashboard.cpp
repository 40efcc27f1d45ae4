#include "dashboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "render/comparison.hpp"
#include "render/fleet_screen.hpp"
#include "render/monitor.hpp"
#include "render/numbers.hpp"
#include "render/watch_frame.hpp"
#include "use_case.hpp"
#include "workflow/alerts.hpp"

namespace mlops::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Signals are looked at this often while waiting.
constexpr milliseconds kLook{100};
/// Versions side by side at most; the newest.
constexpr std::size_t kVersions = 4;

constexpr std::array<std::int64_t, 5> kRanges = {kMicrosPerHour, 6 * kMicrosPerHour, kMicrosPerDay,
                                                 7 * kMicrosPerDay, 30 * kMicrosPerDay};

std::vector<std::string> newest_versions(const registry::Registry& registry,
                                         const std::string& model) {
  const auto versions = registry.versions(model);
  const std::size_t first = versions.size() > kVersions ? versions.size() - kVersions : 0;
  std::vector<std::string> references;
  for (std::size_t i = first; i < versions.size(); ++i)
    references.push_back(fmt::format("{}@{}", model, versions[i]));
  return references;
}

/// The firing alert that has waited longest.
const observe::Alert* oldest_firing(const observe::ModelHealth& health) {
  const observe::Alert* oldest = nullptr;
  for (const observe::Alert& alert : health.alerts)
    if (alert.state == "firing" && (oldest == nullptr || alert.since < oldest->since))
      oldest = &alert;
  return oldest;
}

std::size_t index_of(const std::vector<observe::ModelHealth>& models, const std::string& name) {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&name](const auto& health) { return health.model == name; });
  return found == models.end() ? 0 : static_cast<std::size_t>(found - models.begin());
}

}  // namespace

void Dashboard::run() {
  while (!context_.cancel.requested() && !quit_) {
    look();
    const auto next = steady_clock::now() + interval_;
    while (!context_.cancel.requested() && !quit_ && !outdated_ && steady_clock::now() < next) {
      draw();
      Key key = Key::none;
      while (key == Key::none && !context_.cancel.requested() && steady_clock::now() < next)
        key = screen_.wait_for_key(kLook);
      if (key != Key::none) handle(key);
    }
  }
}

bool Dashboard::is_fleet() const noexcept {
  return !opened_ && report_.models.size() > 1;
}

const observe::ModelHealth* Dashboard::current() const {
  if (report_.models.empty()) return nullptr;
  return &report_.models[is_fleet() ? index_of(report_.models, selected_) : 0];
}

void Dashboard::look() {
  workflow::MonitorConfig config = config_;
  if (opened_) config.models = {*opened_};
  report_ = workflow::monitor(config, environment_of(context_, "monitor"));
  outdated_ = false;
  if (shown_ != Screen::versions) return;
  const workflow::Environment environment = environment_of(context_, "monitor");
  const auto references = newest_versions(environment.registry(), current()->model);
  versions_ = workflow::compare_versions(
      {.references = references, .range_micros = config_.range_micros}, environment);
}

render::Lines Dashboard::content(const render::Capabilities& capabilities) const {
  if (shown_ == Screen::keys) return render::watch_keys(capabilities);
  if (shown_ == Screen::versions) return render::comparison_lines(versions_, capabilities);
  const auto marked =
      is_fleet() ? std::optional(index_of(report_.models, selected_)) : std::nullopt;
  return render::monitor_lines(report_, details_ ? render::Detail::all : render::Detail::normal,
                               marked, capabilities);
}

void Dashboard::draw() {
  screen_.refresh_size();
  const render::Capabilities& capabilities = context_.out.capabilities();
  const render::Lines lines = content(capabilities);
  const std::size_t room = capabilities.rows > 1 ? capabilities.rows - 1 : 0;
  if (shown_ == Screen::models && is_fleet() && room > 0) {
    const auto row = render::fleet_row(index_of(report_.models, selected_), capabilities);
    if (row.line < first_line_) first_line_ = row.line;
    if (row.line + row.n_lines > first_line_ + room) first_line_ = row.line + row.n_lines - room;
    if (row.line + row.n_lines <= room) first_line_ = 0;
  }
  const std::size_t first = std::min(first_line_, lines.size() > room ? lines.size() - room : 0);
  const std::size_t n_below = lines.size() - std::min(lines.size(), first + room);
  const auto part = render::scrolled(lines, first, footer(n_below), capabilities);
  first_line_ = part.first;
  screen_.show(part.lines);
}

std::string Dashboard::footer(std::size_t n_below) const {
  const render::Capabilities& capabilities = context_.out.capabilities();
  if (!message_.empty()) return render::watch_footer({message_}, "", capabilities);
  if (asked_about_)
    return render::watch_footer(
        {fmt::format("acknowledge alert #{}?", *asked_about_), "y yes", "esc no"}, "",
        capabilities);
  const bool arrows = capabilities.unicode;
  std::vector<std::string> parts = {"q quit"};
  if (shown_ != Screen::models || opened_) parts.emplace_back("esc back");
  if (shown_ == Screen::models) parts.emplace_back("? help");
  if (is_fleet() && shown_ == Screen::models) parts.emplace_back("enter open");
  parts.emplace_back(arrows ? "↑↓" : "jk");
  parts.back() += is_fleet() && shown_ == Screen::models ? " mark" : " scroll";
  if (shown_ != Screen::keys) {
    parts.emplace_back(arrows ? "←→ range" : "hl range");
    const observe::ModelHealth* model = current();
    if (model != nullptr && oldest_firing(*model) != nullptr) parts.emplace_back("a ack");
  }
  if (shown_ == Screen::models && !is_fleet()) {
    parts.emplace_back(details_ ? "d less" : "d all");
    parts.emplace_back("v versions");
  }
  if (opened_ && shown_ == Screen::models) parts.emplace_back("n next");
  return render::watch_footer(parts, n_below > 0 ? fmt::format("{} more below", n_below) : "",
                              capabilities);
}

void Dashboard::handle(Key key) {
  if (!message_.empty() && key != Key::refresh) message_.clear();
  if (asked_about_ && key != Key::refresh) return answer_question(key);
  switch (key) {
    case Key::quit:
      quit_ = true;
      return;
    case Key::open:
      return open();
    case Key::next:
      return open_next();
    case Key::back:
      return back();
    case Key::details:
      details_ = !details_;
      return;
    case Key::versions:
      return show_screen(shown_ == Screen::versions ? Screen::models : Screen::versions);
    case Key::help:
      return show_screen(shown_ == Screen::keys ? Screen::models : Screen::keys);
    case Key::acknowledge:
      return ask_to_acknowledge();
    case Key::refresh:
      outdated_ = true;
      return;
    default:
      return handle_movement(key);
  }
}

void Dashboard::handle_movement(Key key) {
  const auto page = static_cast<std::ptrdiff_t>(std::max(2U, context_.out.capabilities().rows)) - 1;
  constexpr std::ptrdiff_t kFar = 1'000'000;  // lines; the ends of any screen
  switch (key) {
    case Key::up:
      return move(-1);
    case Key::down:
      return move(1);
    case Key::page_up:
      return move(-page);
    case Key::page_down:
      return move(page);
    case Key::home:
      return move(-kFar);
    case Key::end:
      return move(kFar);
    case Key::left:
      return change_range(-1);
    case Key::right:
      return change_range(1);
    default:
      return;
  }
}

void Dashboard::move(std::ptrdiff_t lines) {
  const auto moved = [lines](std::size_t from) {
    return static_cast<std::size_t>(
        std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(from) + lines));
  };
  if (shown_ != Screen::models || !is_fleet()) {
    first_line_ = moved(first_line_);  // draw() stops at the end
    return;
  }
  const std::size_t to =
      std::min(moved(index_of(report_.models, selected_)), report_.models.size() - 1);
  selected_ = report_.models[to].model;
}

void Dashboard::change_range(int step) {
  const auto at = std::lower_bound(kRanges.begin(), kRanges.end(), config_.range_micros);
  const auto index = static_cast<int>(at - kRanges.begin()) + step;
  config_.range_micros =
      kRanges[static_cast<std::size_t>(std::clamp(index, 0, static_cast<int>(kRanges.size()) - 1))];
  outdated_ = true;
}

void Dashboard::open() {
  if (shown_ != Screen::models || !is_fleet()) return;
  opened_ = current()->model;
  first_line_ = 0;
  outdated_ = true;
}

/// The fleet's next model; from the fleet itself the marked one.
void Dashboard::open_next() {
  if (is_fleet()) return open();
  if (!opened_ || shown_ != Screen::models) return;
  const auto fleet = workflow::monitor(config_, environment_of(context_, "monitor"));
  if (fleet.models.empty()) return;
  selected_ = fleet.models[(index_of(fleet.models, *opened_) + 1) % fleet.models.size()].model;
  opened_ = selected_;
  first_line_ = 0;
  outdated_ = true;
}

void Dashboard::back() {
  if (shown_ != Screen::models) return show_screen(Screen::models);
  if (!opened_) return;
  selected_ = *opened_;
  opened_.reset();
  first_line_ = 0;
  outdated_ = true;
}

void Dashboard::show_screen(Screen screen) {
  if (screen == Screen::versions && current() == nullptr) return;
  shown_ = screen;
  first_line_ = 0;
  outdated_ = true;
}

void Dashboard::ask_to_acknowledge() {
  const observe::ModelHealth* model = current();
  const observe::Alert* alert = model == nullptr ? nullptr : oldest_firing(*model);
  if (alert == nullptr)
    message_ = "no alert is firing";
  else
    asked_about_ = alert->id;
}

void Dashboard::answer_question(Key key) {
  if (key == Key::yes) acknowledge();
  asked_about_.reset();
}

/// What goes wrong (a registry that may only be read) is said and ends nothing.
void Dashboard::acknowledge() {
  try {
    workflow::acknowledge({.id = *asked_about_, .model = current()->model},
                          environment_of(context_, "alerts"));
    message_ =
        fmt::format("acknowledged alert #{}: it stays open and is not told again", *asked_about_);
    outdated_ = true;
  } catch (const Error& error) {
    message_ = fmt::format("not acknowledged: {}", error.what());
  }
}

}  // namespace mlops::app
