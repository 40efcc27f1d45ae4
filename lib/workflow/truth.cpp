#include "workflow/truth.hpp"

#include "data/conform.hpp"

namespace mlops::workflow {

data::Truth truth_of(const data::Table& table, const data::Schema& schema) {
  if (schema.task == data::Task::regression) return {.values = data::target_values(table, schema)};
  return {.classes = data::target_classes(table, schema)};
}

}  // namespace mlops::workflow
