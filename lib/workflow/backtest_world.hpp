// What a backtest lives in: a copy of one version in a registry of its own, and a clock that it
// turns by hand. Gone with the object.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "model/model.hpp"
#include "observe/store.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

class BacktestWorld {
 public:
  /// Copies name@version and its training snapshot, with the policy of `policy` or of the model,
  /// but with nobody to notify and no files to learn from; makes it champion at `start`. Throws
  /// not_found, corrupt, invalid_argument for a policy that is none.
  BacktestWorld(const Environment& real, const std::string& name, registry::Version version,
                const std::optional<std::filesystem::path>& policy, Timestamp start);

  [[nodiscard]] const Environment& environment() const noexcept { return environment_; }
  [[nodiscard]] observe::ObservationStore& store() noexcept { return *store_; }
  void set_time(Timestamp time) { clock_.set(time); }
  [[nodiscard]] Timestamp now() const { return clock_.now(); }

 private:
  TempDirectory directory_;
  ManualClock clock_;
  Environment environment_;
  std::unique_ptr<observe::ObservationStore> store_;
};

}  // namespace mlops::workflow
