// The Prometheus page. Source of the form: Prometheus's text exposition format 0.0.4; of the names:
// its naming practice (base units, _total for counters, no unbounded labels).
#pragma once

#include <string>

namespace mlops::serve {

class ApiContext;

/// Every metric of this process, one family after another.
[[nodiscard]] std::string metrics_page(const ApiContext& context);

}  // namespace mlops::serve
