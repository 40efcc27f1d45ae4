// A model's health and what a screen says beside it.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "observe/health.hpp"
#include "registry/registry.hpp"

namespace mlops::render {

/// Borrows everything.
struct MonitorView {
  const observe::ModelHealth& health;
  const std::vector<registry::Event>& events;  ///< newest first
  Timestamp now;
};

}  // namespace mlops::render
