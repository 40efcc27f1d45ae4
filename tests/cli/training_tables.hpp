// Tables to train from and what a training must leave, shared by the training tests.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "support/cli.hpp"

namespace mlops::test {

/// A header and `n_rows` lines.
std::string csv(const std::string& header, std::size_t n_rows,
                const std::function<std::string(std::size_t, Random&)>& line);

std::string coin(Random& random);

std::string good_table(std::size_t n_rows);

/// One row in five is "yes", which `a` tells with some noise.
std::string rare_table(std::size_t n_rows);

/// The target is whether two numbers have the same sign: trees see it, lines don't.
std::string corners_table(std::size_t n_rows);

std::string numbers_table(std::size_t n_rows);

/// `n_columns` random features and a target that the first decides.
std::string wide_table(std::size_t n_rows, std::size_t n_columns);

std::vector<std::string> quick(std::vector<std::string> arguments);

std::size_t n_versions(const Workspace& workspace, const std::string& model);

/// A registry with `unlucky`@1 as champion, whose channel writes to told.json.
void train_champion(const Workspace& workspace);

/// Version 1 alone is there, is champion and whole; the event log and the channel know `action`'s
/// failure.
void check_only_the_champion_is_there(const Workspace& workspace);

}  // namespace mlops::test
