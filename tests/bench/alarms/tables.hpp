// The tables that alarms_bench prints, in Markdown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bench/alarms/world.hpp"

namespace mlops::bench {

inline constexpr std::size_t kDays = 90;
inline constexpr std::size_t kHours = kDays * 24;

/// Time structures in which nothing changes.
inline constexpr TimePattern kPatterns[] = {
    {.name = "independent rows"},
    {.name = "daily cycle 0.3", .cycle = 0.3},
    {.name = "daily cycle 0.6", .cycle = 0.6},
    {.name = "day effects 0.1", .day_effect = 0.1},
    {.name = "day effects 0.2", .day_effect = 0.2},
    {.name = "day effects 0.1, AR 0.7", .day_effect = 0.1, .persistence = 0.7},
    {.name = "weekend 0.2", .weekend = 0.2},
    {.name = "weekend 0.3, daily cycle 0.3", .cycle = 0.3, .weekend = 0.3},
    {.name = "day effects 0.2, AR 0.7", .day_effect = 0.2, .persistence = 0.7},
    {.name = "day effects 0.1, AR 0.9", .day_effect = 0.1, .persistence = 0.9},
    {.name = "daily cycle 0.6 on workdays", .cycle = 0.6, .even_weekends = true},
    {.name = "daily cycle 0.6, clocks change", .cycle = 0.6, .clock_change = 45},
    {.name = "daily cycle 0.3, day effects 0.1", .cycle = 0.3, .day_effect = 0.1}};

/// A line to stdout at once: the tables take minutes.
void print(const std::string& text);

/// Whether the other tools' rules are run beside ours: they take most of the time.
enum class Rivals { run, left_out };

/// Alarms in 90 days without change, over time structures with `part` in their names, features,
/// references and traffic.
void print_false_alarms(std::size_t n_runs, Rivals others, std::string_view part);
/// The same rows looked at every hour, every minute, after every prediction.
void print_looks(std::size_t n_runs);
/// The worst case of the null: a share that is exactly its limit.
void print_boundary(std::size_t n_runs);
/// A share (errors, missing values) without change under the time structures.
void print_share_false_alarms(std::size_t n_runs);
/// Delays after changes of a number, all rules at the same rate of false alarms: 10 % of 90-day
/// periods of 20 features, tuned over `n_tuning` runs of `pattern` in which the mean is off by
/// `harmless` standard deviations.
void print_equal_delays(const TimePattern& pattern, double harmless, std::size_t n_runs,
                        std::size_t n_tuning);
/// Delays after changes of a share: accuracy, missing values.
void print_share_delays(std::size_t n_runs);

}  // namespace mlops::bench
