#include "render/monitor_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "render/cells.hpp"
#include "render/drift_panel.hpp"
#include "render/monitor_view.hpp"
#include "render/numbers.hpp"
#include "render/performance_panel.hpp"

namespace mlops::render {

std::string monitor_line(const observe::ModelHealth& health, Timestamp now,
                         const Capabilities& capabilities) {
  const auto n_open = std::count_if(health.alerts.begin(), health.alerts.end(),
                                    [](const auto& alert) { return alert.state != "resolved"; });
  return fmt::format("{}\t{}@{}\t{}\t{}\t{}\t{}\t{}\t{}", to_rfc3339(now), printable(health.model),
                     health.version, observe::to_string(health.status),
                     performance_sentence(health, capabilities), health.n_total,
                     rate_text(health.per_minute, capabilities), drift_counts(health), n_open);
}

}  // namespace mlops::render
