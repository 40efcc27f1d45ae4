// What `mlops list` waits for: the summaries of 1,000 models with 20 versions each, beside the
// limit, a program that only opens the same directories and reads the same files. Usage:
//   list_bench [models, default 1000] [versions, default 20] [directory, default temporary]
//   list_bench make DIRECTORY    makes such a registry and leaves it; for list_cli.sh
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <vector>

#include "base/file.hpp"
#include "registry/aliases.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"
#include "registry/registry.hpp"

namespace {

namespace fs = std::filesystem;
namespace layout = mlops::registry::layout;
using mlops::registry::Manifest;
using mlops::registry::Registry;
using mlops::registry::Version;

constexpr Version kChampionOffset = 2;
constexpr int kModels = 1000;
constexpr Version kVersions = 20;
constexpr int kRounds = 9;

void put(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// A manifest of the size a real training writes: about 10 KiB, most of it the trial list.
std::string manifest_text(const std::string& model, Version version) {
  Manifest manifest{.model = model, .version = version, .created_at = {1'772'475'787'000'000}};
  manifest.metadata = {{"task", "binary"},
                       {"target", "Churn"},
                       {"metric", {{"name", "roc_auc"}, {"value", 0.84}, {"n", 1409}}}};
  for (int i = 0; i < 50; ++i) {
    manifest.metadata["trials"].push_back({{"learner", "xgboost"},
                                           {"score", 0.8 + i / 1000.0},
                                           {"params", {{"depth", i % 8}, {"eta", 0.1}}}});
  }
  for (int i = 0; i < 8; ++i) {
    manifest.files.push_back({.path = fmt::format("part-{}.json", i),
                              .sha256 = std::string(64, 'a'),
                              .size_bytes = 1000});
  }
  return mlops::registry::manifest_to_text(manifest);
}

void build(const fs::path& root, int n_models, Version n_versions) {
  for (int m = 0; m < n_models; ++m) {
    const std::string name = fmt::format("model-{:04}", m);
    const fs::path model = layout::model(root, name);
    for (Version v = 1; v <= n_versions; ++v) {
      fs::create_directories(layout::version(model, v));
      put(layout::manifest(layout::version(model, v)), manifest_text(name, v));
    }
    put(layout::aliases(model), mlops::registry::aliases_to_text(
                                    {.champion = std::max<Version>(n_versions, kChampionOffset) - 1,
                                     .previous = {},
                                     .challenger = {}}));
  }
}

/// The least any program must do: list the same directories, read the same two files a model.
std::size_t read_only(const fs::path& root, Version champion) {
  std::size_t total = 0;
  for (const auto& model : fs::directory_iterator(layout::models(root))) {
    if (!fs::is_directory(layout::versions(model.path()))) continue;  // a lock file
    for (const auto& version : fs::directory_iterator(layout::versions(model.path())))
      total += version.path().native().size();
    total += mlops::read_file(layout::aliases(model.path())).size();
    total += mlops::read_file(layout::manifest(layout::version(model.path(), champion))).size();
  }
  return total;
}

/// Medians over the rounds. The processor's time is what a machine that does other work too says
/// most honestly.
struct Timing {
  double wall_ms = 0;
  double cpu_ms = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Timing measure(const std::function<void()>& call) {
  std::vector<double> wall;
  std::vector<double> cpu;
  for (int i = 0; i < kRounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu_start = std::clock();
    call();
    cpu.push_back(1000.0 * static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC);
    wall.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  return {median(wall), median(cpu)};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 && std::string_view(argv[1]) == "make") {
    const mlops::SystemClock clock;
    Registry(argv[2], clock).create_if_absent();
    build(argv[2], kModels, kVersions);
    return 0;
  }
  const int n_models = argc > 1 ? std::atoi(argv[1]) : kModels;
  const auto n_versions = argc > 2 ? static_cast<Version>(std::atoi(argv[2])) : kVersions;
  const mlops::TempDirectory directory(argc > 3 ? argv[3] : "");
  const mlops::SystemClock clock;
  const Registry registry(directory.path(), clock);
  registry.create_if_absent();
  build(directory.path(), n_models, n_versions);

  int n_shown = 0;
  const Timing list = measure([&] {
    n_shown = 0;
    for (const auto& summary : registry.summaries()) n_shown += summary.shown ? 1 : 0;
  });
  const Version champion = std::max<Version>(n_versions, kChampionOffset) - 1;
  const Timing limit = measure([&] { read_only(directory.path(), champion); });
  fmt::print("{} models x {} versions ({} shown)\n", n_models, n_versions, n_shown);
  fmt::print("list          {:7.1f} ms  (processor {:.1f} ms)\n", list.wall_ms, list.cpu_ms);
  fmt::print("bare reading  {:7.1f} ms  (processor {:.1f} ms)\n", limit.wall_ms, limit.cpu_ms);
  return 0;
}
