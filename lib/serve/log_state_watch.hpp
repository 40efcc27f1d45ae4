// Tells when a model's prediction log begins to fail and when it works again: once each.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/log.hpp"
#include "serve/live_model.hpp"
#include "serve/server.hpp"

namespace mlops::serve {

/// One thread calls `look`.
class LogStateWatch {
 public:
  /// Borrows the slot. `listener` may be empty; it may block.
  LogStateWatch(const ModelSlot& slot, LogSink log,
                std::function<void(const LogStateChange&)> listener);

  /// Compares every model's log with the last look.
  void look();

 private:
  const ModelSlot* slot_;
  LogSink log_;
  std::function<void(const LogStateChange&)> listener_;
  std::map<std::string, bool> failing_;
};

}  // namespace mlops::serve
