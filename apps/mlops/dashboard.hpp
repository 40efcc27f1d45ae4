// The full-screen dashboard of `monitor --watch`: what is shown, and what keys do to it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "command.hpp"
#include "live_screen.hpp"
#include "workflow/monitor.hpp"

namespace mlops::app {

/// Owns the terminal while it lives. Screens: the fleet (several models), one model, its versions
/// side by side, the keys.
class Dashboard {
 public:
  Dashboard(const workflow::MonitorConfig& config, std::chrono::milliseconds interval,
            CommandContext& context)
      : config_(config), interval_(interval), context_(context), screen_(context.out) {}

  /// Until q or a signal; errors of a look are thrown.
  void run();

 private:
  enum class Screen { models, versions, keys };

  void look();
  void draw();
  [[nodiscard]] render::Lines content(const render::Capabilities& capabilities) const;
  [[nodiscard]] std::string footer(std::size_t n_below) const;
  [[nodiscard]] bool is_fleet() const noexcept;
  /// The model that keys are about: the opened one, or the marked one of the fleet.
  [[nodiscard]] const observe::ModelHealth* current() const;

  void handle(Key key);
  void handle_movement(Key key);
  void answer_question(Key key);
  void move(std::ptrdiff_t lines);
  void change_range(int step);
  void open();
  void open_next();
  void back();
  void show_screen(Screen screen);
  void ask_to_acknowledge();
  void acknowledge();

  workflow::MonitorConfig config_;
  std::chrono::milliseconds interval_;
  CommandContext& context_;
  LiveScreen screen_;
  workflow::MonitorReport report_;    ///< of the models that are shown
  workflow::MonitorReport versions_;  ///< of the versions side by side
  Screen shown_ = Screen::models;
  std::optional<std::string> opened_;        ///< the model of a fleet that is shown alone
  std::string selected_;                     ///< the marked model of a fleet
  std::optional<std::int64_t> asked_about_;  ///< the alert that waits for a yes
  std::string message_;                      ///< said once, in the last line
  std::size_t first_line_ = 0;
  bool details_ = false;
  bool outdated_ = true;  ///< the report, by a key
  bool quit_ = false;
};

}  // namespace mlops::app
