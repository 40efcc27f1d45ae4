#include "render/history_table.hpp"

#include "render/numbers.hpp"
#include "render/table.hpp"

namespace mlops::render {

std::string history_table(const std::vector<registry::Event>& events,
                          const Capabilities& capabilities) {
  Table table({{.title = "time", .shrinks = false},
               {.title = "event", .shrinks = false},
               {.title = "what"},
               {.title = "who"}});
  for (const registry::Event& event : events) {
    const Role role = event.type == "failed" ? Role::critical : Role::identifier;
    table.add_row({{date_time_text(event.time, capabilities), Role::meta},
                   {event.type, role},
                   event.message,
                   {event.actor, Role::meta}});
  }
  return to_text(table, capabilities);
}

}  // namespace mlops::render
