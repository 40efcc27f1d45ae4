#include <doctest/doctest.h>

#include <functional>

#include "base/error.hpp"
#include "learn/train.hpp"

using mlops::Error;
using mlops::learn::parse_preset;
using mlops::learn::Preset;
using mlops::learn::TrainingOptions;

TEST_SUITE("learn/options") {
  TEST_CASE("presets read back from their names") {
    for (const auto preset : {Preset::fast, Preset::balanced, Preset::best}) {
      CAPTURE(to_string(preset));
      CHECK(parse_preset(to_string(preset)) == preset);
    }
    CHECK_FALSE(parse_preset("Fast").has_value());
    CHECK_FALSE(parse_preset("").has_value());
  }

  TEST_CASE("options name the field that is out of range") {
    struct Case {
      const char* field;  ///< empty: valid
      std::function<void(TrainingOptions&)> change;
    };
    const Case cases[] = {
        {"", [](auto&) {}},
        {"", [](auto& o) { o.folds = 2; }},
        {"", [](auto& o) { o.time_limit_seconds = 0.001; }},
        {"",
         [](auto& o) {
           o.held_out_rows = {0, 3, 7};
         }},
        {"time_limit", [](auto& o) { o.time_limit_seconds = 0; }},
        {"time_limit", [](auto& o) { o.time_limit_seconds = -1; }},
        {"max_trials", [](auto& o) { o.max_trials = 0; }},
        {"folds", [](auto& o) { o.folds = 1; }},
        {"folds", [](auto& o) { o.folds = 51; }},
        {"threads", [](auto& o) { o.threads = 5000; }},
        {"max_latency_us", [](auto& o) { o.max_latency_us = 0; }},
        {"held_out_rows",
         [](auto& o) {
           o.held_out_rows = {3, 1};
         }},
        {"held_out_rows",
         [](auto& o) {
           o.held_out_rows = {3, 3};
         }},
    };
    for (const auto& c : cases) {
      CAPTURE(c.field);
      TrainingOptions options;
      c.change(options);
      std::string message;
      try {
        options.validate();
      } catch (const Error& error) {
        message = error.what();
        CHECK(error.kind() == mlops::ErrorKind::invalid_argument);
      }
      CHECK(message.empty() == std::string(c.field).empty());
      CHECK(message.find(c.field) != std::string::npos);
    }
  }
}
