// The commands that change a registry, and the registry they are tried on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "registry/registry.hpp"
#include "support/cli.hpp"

namespace mlops::test {

/// What a command that failed may have done all the same.
enum class AfterFailure {
  nothing,         ///< the aliases are as they were
  earlier_stages,  ///< `train` and `retrain` register, then deploy: either may be done
};

struct Scenario {
  std::string name;
  std::vector<std::string> arguments;
  AfterFailure after_failure = AfterFailure::nothing;
  /// Statuses of the command when the system refuses something.
  std::vector<int> status_refused = {8};
  /// Statuses that the same command may end with after it has done its work.
  std::vector<int> status_again = {0};
  /// Brings a copy of the registry into the state the command starts from.
  void (*prepare)(const registry::Registry&) = [](const registry::Registry&) {};
};

/// Every command that writes to a registry, in the state that makes it do most.
[[nodiscard]] const std::vector<Scenario>& scenarios();

/// `train` of the template's table, a second or two.
[[nodiscard]] std::vector<std::string> training(const std::string& name, int seed);

/// The model of the template.
inline constexpr const char* kModel = "m";

/// A workspace whose registry holds model `m` with four versions, of which 2 is champion, 1 was
/// before, and 3 and 4 were imported; an answered prediction `p1`; and beside it the files that
/// the scenarios name.
struct Template {
  Workspace workspace;
  Template();
};

}  // namespace mlops::test
