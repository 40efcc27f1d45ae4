#include "data/column_names.hpp"

#include <fmt/format.h>

#include <set>

namespace mlops::data {
namespace {

std::string free_name(const std::string& wish, const std::set<std::string>& taken) {
  if (!taken.contains(wish)) return wish;
  for (std::size_t i = 1;; ++i) {
    std::string name = fmt::format("{}_{}", wish, i);
    if (!taken.contains(name)) return name;
  }
}

}  // namespace

void make_names_usable(std::vector<std::string>& names, std::vector<Finding>& findings) {
  std::set<std::string> taken(names.begin(), names.end());
  std::set<std::string> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string& name = names[i];
    if (!name.empty() && seen.insert(name).second) continue;
    const bool nameless = name.empty();
    const std::string better = free_name(nameless ? fmt::format("column_{}", i + 1) : name, taken);
    findings.push_back({"data.renamed_column", better,
                        nameless
                            ? fmt::format("column {} has no name and is called '{}'", i + 1, better)
                            : fmt::format("column {} is called '{}', because '{}' is there already",
                                          i + 1, better, name),
                        "name every column once in the header line"});
    taken.insert(better);
    seen.insert(better);
    name = better;
  }
}

std::vector<std::string> generated_names(std::size_t n) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= n; ++i) names.push_back(fmt::format("column_{}", i));
  return names;
}

}  // namespace mlops::data
