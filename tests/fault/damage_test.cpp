// Bytes of a trained registry flipped in turn, its observations too: every use case goes on or is
// refused with an error; what is damaged is found by `fsck`, or the answers are as before.
// MLOPS_FLIP_STRIDE=1 tries all bytes (target damage_long), else a sample of every file.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>

#include "fault/scenarios.hpp"
#include "registry/datasets.hpp"
#include "registry/fsck.hpp"
#include "workflow/compare.hpp"
#include "workflow/inventory.hpp"
#include "workflow/monitor.hpp"
#include "workflow/predict.hpp"

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

/// Flips of each file in the normal suite.
constexpr std::size_t kSampledFlips = 5;

std::size_t stride_of(std::size_t size_bytes) {
  const char* text = std::getenv("MLOPS_FLIP_STRIDE");
  const std::size_t stride =
      text == nullptr ? size_bytes / kSampledFlips : std::strtoul(text, nullptr, 10);
  return std::max<std::size_t>(1, stride);
}

/// What a use case says, or the kind of its refusal. Anything but an Error ends the test.
std::string said(const std::function<std::string()>& use) {
  try {
    return use();
  } catch (const Error& error) {
    return fmt::format("refused: {}", to_string(error.kind()));
  }
}

class Damaged {
 public:
  Damaged(const Template& origin) : data_(origin.workspace.path() / "tiny.csv") {
    fs::copy(origin.workspace.registry(), root(), fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(root())) {
      if (entry.is_regular_file() && entry.file_size() > 0) files_.push_back(entry.path());
    }
    std::sort(files_.begin(), files_.end());
  }

  [[nodiscard]] fs::path root() const { return directory_.path() / "registry"; }
  [[nodiscard]] const std::vector<fs::path>& files() const noexcept { return files_; }

  /// Everything that the commands answer from the registry's checked files.
  [[nodiscard]] std::string answers() const {
    std::string text = said([&] {
      std::string models;
      for (const auto& model : workflow::list_models(environment())) models += model.name;
      return models;
    });
    for (const char* reference : {"m", "m@1"}) {
      text += said([&] { return predictions(reference); });
      text += said([&] { return workflow::show_version(reference, environment()).model_card; });
    }
    text += said([&] {
      return std::to_string(workflow::compare_versions("m@1", "m@2", environment()).metrics.size());
    });
    return text +
           said([&] { return std::to_string(workflow::model_history("m", environment()).size()); });
  }
  /// What reads the observations and the user's policy.
  [[nodiscard]] std::string health() const {
    return said([&] { return std::to_string(workflow::monitor({}, environment()).models.size()); });
  }
  /// A snapshot that unpacks to what its name promises is whole: some bits of a compressed stream
  /// mean nothing.
  [[nodiscard]] bool is_whole_snapshot(const fs::path& file) const {
    return file.parent_path().filename() == "datasets" &&
           registry::snapshot_fault(root(), file.stem().stem().string()).empty();
  }
  [[nodiscard]] bool is_noticed() const {
    return !registry::fsck(environment().registry()).findings.empty();
  }

 private:
  [[nodiscard]] std::string predictions(const std::string& reference) const {
    return workflow::predictions_csv(workflow::predict(
        {.reference = reference, .data = data_, .read = {}, .explain = workflow::Explain::no},
        environment()));
  }
  [[nodiscard]] workflow::Environment environment() const {
    return {.registry_root = root(), .actor = "damage test", .clock = clock_, .cancel = cancel_};
  }

  TempDirectory directory_{fs::is_directory("/dev/shm") ? "/dev/shm" : ""};
  fs::path data_;
  std::vector<fs::path> files_;
  SystemClock clock_;
  CancelToken cancel_;
};

void flip(const fs::path& file, std::size_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ (1 << (offset % 8))));
  REQUIRE(stream.good());
}

/// Files whose content no checksum covers; docs/registry-format.md says why.
bool is_unchecked(const fs::path& file) {
  return file.filename() == "model.yaml" || file.filename() == "observations.sqlite";
}

}  // namespace

TEST_SUITE("fault/damage") {
  TEST_CASE("a flipped byte of a trained registry is found, or nothing is answered differently") {
    const Template origin;
    const Damaged damaged(origin);
    const std::string before = damaged.answers();
    REQUIRE(before.find("refused") == std::string::npos);
    REQUIRE_FALSE(damaged.is_noticed());
    std::size_t n_flipped = 0;
    std::size_t n_noticed = 0;
    for (const fs::path& file : damaged.files()) {
      CAPTURE(file.string());
      const std::size_t size = fs::file_size(file);
      const std::string content = read_file(file);
      for (std::size_t offset = 0; offset < size; offset += stride_of(size), ++n_flipped) {
        CAPTURE(offset);
        flip(file, offset);
        const bool noticed = damaged.is_noticed();
        n_noticed += noticed ? 1 : 0;
        const std::string answers = damaged.answers();
        if (!noticed) CHECK(answers == before);
        if (!noticed) CHECK((is_unchecked(file) || damaged.is_whole_snapshot(file)));
        if (is_unchecked(file)) static_cast<void>(damaged.health());
        std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
      }
    }
    CHECK(damaged.answers() == before);
    fmt::print("{} files, {} bytes flipped, {} found by fsck\n", damaged.files().size(), n_flipped,
               n_noticed);
    CHECK(n_noticed > 0);
  }
}

}  // namespace mlops::test
