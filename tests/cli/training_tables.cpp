#include "cli/training_tables.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace mlops::test {

std::string csv(const std::string& header, std::size_t n_rows,
                const std::function<std::string(std::size_t, Random&)>& line) {
  Random random(7);
  std::string text = header + "\n";
  for (std::size_t row = 0; row < n_rows; ++row) text += line(row, random) + "\n";
  return text;
}

std::string coin(Random& random) {
  return random.uniform() < 0.5 ? "yes" : "no";
}

std::string good_table(std::size_t n_rows) {
  return csv("a,b,y", n_rows, [](std::size_t, Random& random) {
    const double a = random.normal();
    return fmt::format("{:.3f},{},{}", a, random.below(4),
                       a + 0.5 * random.normal() > 0 ? "yes" : "no");
  });
}

std::string rare_table(std::size_t n_rows) {
  return csv("a,b,y", n_rows, [](std::size_t row, Random& random) {
    const bool rare = row % 5 == 0;
    return fmt::format("{:.3f},{},{}", random.normal() + (rare ? 1.2 : 0), random.below(4),
                       rare ? "yes" : "no");
  });
}

std::string corners_table(std::size_t n_rows) {
  return csv("a,b,y", n_rows, [](std::size_t, Random& random) {
    const double a = random.normal();
    const double b = random.normal();
    return fmt::format("{:.3f},{:.3f},{}", a, b, a * b > 0 ? "yes" : "no");
  });
}

std::string numbers_table(std::size_t n_rows) {
  return csv("a,b,y", n_rows, [](std::size_t, Random& random) {
    const double a = random.normal();
    return fmt::format("{:.3f},{},{:.4f}", a, random.below(4), 3 * a + random.normal());
  });
}

std::string wide_table(std::size_t n_rows, std::size_t n_columns) {
  std::string header;
  for (std::size_t column = 0; column < n_columns; ++column) header += fmt::format("c{},", column);
  return csv(header + "y", n_rows, [&](std::size_t row, Random& random) {
    std::string line = fmt::format("{},", row % 2);
    for (std::size_t column = 1; column < n_columns; ++column)
      line += fmt::format("{:.2f},", random.normal());
    return line + (row % 2 == 0 ? "no" : "yes");
  });
}

std::vector<std::string> quick(std::vector<std::string> arguments) {
  for (const char* word : {"--target", "y", "--preset", "fast", "--max-trials", "2"})
    arguments.emplace_back(word);
  return arguments;
}

std::size_t n_versions(const Workspace& workspace, const std::string& model) {
  const auto directory = workspace.registry() / "models" / model / "versions";
  if (!std::filesystem::exists(directory)) return 0;
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    n += entry.path().filename().string().front() == '.' ? 0U : 1U;
  }
  return n;
}

void train_champion(const Workspace& workspace) {
  workspace.write("good.csv", good_table(120));
  static_cast<void>(workspace.mlops_json(quick({"train", "good.csv", "--name", "unlucky"})));
  const auto told = workspace.path() / "told.json";
  write_file_atomically(
      workspace.registry() / "models/unlucky/model.yaml",
      fmt::format("notify:\n  - kind: command\n    target: cat >> {}\n", told.string()));
}

void check_only_the_champion_is_there(const Workspace& workspace) {
  CHECK(n_versions(workspace, "unlucky") == 1);
  CHECK(workspace.mlops_json({"list"})["models"][0]["aliases"]["champion"] == 1);
  const Finished fsck = workspace.mlops({"fsck", "--json"});
  CAPTURE(fsck.out);
  CHECK(fsck.status == 0);
  CHECK(parse_json(fsck.out, "fsck")["findings"].empty());
  const Json events = workspace.mlops_json({"history", "unlucky"})["events"];
  CHECK(std::any_of(events.begin(), events.end(),
                    [](const Json& event) { return event["type"] == "failed"; }));
  const auto told = workspace.path() / "told.json";
  REQUIRE(std::filesystem::exists(told));
  CHECK(read_file(told).find("\"failure\"") != std::string::npos);
}

}  // namespace mlops::test
