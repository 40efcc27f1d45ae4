// The options by which a user overrules what reading and inference find; the same words in
// `train`, `inspect`, `predict` and `feedback`.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "data/inference.hpp"
#include "data/reader.hpp"

namespace mlops::app {

/// How to read the file; empty means "detect".
struct ReadFlags {
  std::string separator;
  std::string quote;
  std::string encoding = "auto";
  std::string decimal;
  std::string thousands;
  std::string header = "auto";
  std::vector<std::string> missing;
  std::uint64_t skip_lines = 0;
  std::string on_bad_row = "fail";
  unsigned threads = 0;
};

/// What the columns mean; empty means "infer".
struct InferenceFlags {
  std::string target;
  std::string task = "auto";
  std::string positive;
  std::string weights;
  std::vector<std::string> keep;
  std::vector<std::string> drop;
  std::vector<std::string> kinds;  ///< COL=KIND or COL=datetime:FORMAT
};

void add_read_options(CLI::App& command, ReadFlags& flags);
void add_inference_options(CLI::App& command, InferenceFlags& flags);

/// Throws invalid_argument for a value that cannot be meant.
[[nodiscard]] data::ReadOptions to_read_options(const ReadFlags& flags);
[[nodiscard]] data::InferenceOptions to_inference_options(const InferenceFlags& flags);

}  // namespace mlops::app
