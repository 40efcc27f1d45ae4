// Through a probation the replaced champion is challenger in the shadow: a running server scores
// every request with both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/registry.hpp"
#include "workflow/probation.hpp"

namespace mlops::workflow {

/// The predecessor becomes challenger in the shadow. A challenger that people deployed stays.
void begin_shadow(const std::string& model, const Probation& probation,
                  const registry::Registry& registry);

/// Takes a shadow away whose probation is over, and begins one that a crash kept from beginning.
/// `open` is the probation that goes on, if any. What people changed meanwhile stays.
void keep_shadow(const std::string& model, const std::vector<registry::Event>& events,
                 const std::optional<Probation>& open, const registry::Registry& registry);

}  // namespace mlops::workflow
