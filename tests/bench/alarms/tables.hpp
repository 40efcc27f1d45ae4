// The tables that alarms_bench prints, in Markdown.
#pragma once

#include <cstddef>
#include <string>

namespace mlops::bench {

inline constexpr std::size_t kDays = 90;
inline constexpr std::size_t kHours = kDays * 24;

/// A line to stdout at once: the tables take minutes.
void print(const std::string& text);

/// Alarms in 90 days without change, over time structures, features, references and traffic.
void print_false_alarms(std::size_t n_main, std::size_t n_other);
/// The same rows looked at every hour, every minute, after every prediction.
void print_looks(std::size_t n_runs);
/// The worst case of the null: a share that is exactly its limit.
void print_boundary(std::size_t n_runs);
/// Delays after changes of a number; rivals as shipped, and tuned over `n_tuning` runs.
void print_delays(std::size_t n_runs, std::size_t n_tuning);
/// Delays after changes of a share: accuracy, missing values.
void print_share_delays(std::size_t n_runs);

}  // namespace mlops::bench
