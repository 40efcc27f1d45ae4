// A registry in a temporary directory with one small linear model that really predicts, for tests
// of everything behind the sockets.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "data/schema.hpp"
#include "model/model.hpp"
#include "registry/registry.hpp"

namespace mlops::test {

/// tenure (number 0..100), plan (basic, plus, pro), active (No, Yes) -> churn (No, Yes).
[[nodiscard]] data::Schema churn_like_schema();

/// A linear model over that schema; `slope` tells versions apart.
[[nodiscard]] model::Model linear_model(double slope);

/// What a version is watched by: nothing, or a profile of rows drawn for it.
enum class Reference { none, profile };

/// Publishes versions of it, deploys them, damages them.
class ServingRegistry {
 public:
  ServingRegistry();

  /// Publishes a version with self-test; returns its number.
  registry::Version publish(const std::string& name, double slope,
                            Reference reference = Reference::none);
  /// The same, with a self-test that does not match the model.
  registry::Version publish_wrong(const std::string& name);
  void deploy(const std::string& name, registry::Version version);

  [[nodiscard]] const std::filesystem::path& root() const { return registry_.root(); }
  [[nodiscard]] const registry::Registry& registry() const { return registry_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  TempDirectory directory_;
  SystemClock clock_;
  registry::Registry registry_;
};

}  // namespace mlops::test
