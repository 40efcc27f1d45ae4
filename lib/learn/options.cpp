#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "learn/train.hpp"

namespace mlops::learn {

std::string_view to_string(Preset preset) noexcept {
  switch (preset) {
    case Preset::fast:
      return "fast";
    case Preset::balanced:
      return "balanced";
    case Preset::best:
      return "best";
  }
  return "balanced";
}

std::optional<Preset> parse_preset(std::string_view text) noexcept {
  for (const auto preset : {Preset::fast, Preset::balanced, Preset::best}) {
    if (text == to_string(preset)) return preset;
  }
  return std::nullopt;
}

std::string_view to_string(ClassWeights weights) noexcept {
  return weights == ClassWeights::balanced ? "balanced" : "none";
}

std::optional<ClassWeights> parse_class_weights(std::string_view text) noexcept {
  for (const auto weights : {ClassWeights::none, ClassWeights::balanced}) {
    if (text == to_string(weights)) return weights;
  }
  return std::nullopt;
}

namespace {

[[noreturn]] void refuse(std::string_view field, const std::string& found,
                         const std::string& hint) {
  throw Error(ErrorKind::invalid_argument, "learn.options",
              fmt::format("training option '{}' cannot be {}", field, found), hint);
}

}  // namespace

void TrainingOptions::validate() const {
  constexpr unsigned kMaxFolds = 50;
  constexpr unsigned kMaxThreads = 1024;
  if (time_limit_seconds && !(*time_limit_seconds > 0)) {
    refuse("time_limit", fmt::format("{}", *time_limit_seconds), "give seconds above 0");
  }
  if (max_trials && *max_trials == 0) refuse("max_trials", "0", "give 1 or more");
  if (folds && (*folds < 2 || *folds > kMaxFolds)) {
    refuse("folds", fmt::format("{}", *folds), fmt::format("give 2 to {}", kMaxFolds));
  }
  if (threads > kMaxThreads) refuse("threads", fmt::format("{}", threads), "give 1 to 1024");
  if (!(max_latency_us > 0)) {
    refuse("max_latency_us", fmt::format("{}", max_latency_us), "give microseconds above 0");
  }
  if (held_out_rows &&
      !std::is_sorted(held_out_rows->begin(), held_out_rows->end(), std::less_equal<>{})) {
    // less_equal: equal neighbours count as unsorted, so duplicates are refused too.
    refuse("held_out_rows", "unsorted or repeated", "give ascending row numbers");
  }
}

}  // namespace mlops::learn
