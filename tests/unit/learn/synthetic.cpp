#include "unit/learn/synthetic.hpp"

#include <cmath>
#include <numeric>

#include "base/random.hpp"
#include "model/bundle.hpp"
#include "support/described.hpp"

namespace mlops::test {

namespace {

using data::ColumnKind;
using data::ColumnRole;
using data::TableColumn;
using data::Task;

TableColumn number_column(const std::string& name) {
  TableColumn column;
  column.name = name;
  column.numeric = true;
  return column;
}

TableColumn text_column(const std::string& name, std::vector<std::string> dictionary) {
  TableColumn column;
  column.name = name;
  column.dictionary = std::move(dictionary);
  return column;
}

data::Schema schema_for(Task task) {
  data::Schema schema;
  schema.columns = {described("x0", ColumnKind::number), described("x1", ColumnKind::number),
                    described("x2", ColumnKind::number),
                    described("color", ColumnKind::category, {"red", "green", "blue"}),
                    described("flag", ColumnKind::boolean, {"no", "yes"})};
  schema.columns.push_back(
      described("y", task == Task::regression ? ColumnKind::number : ColumnKind::category));
  schema.columns.back().role = ColumnRole::target;
  schema.target = "y";
  schema.task = task;
  if (task == Task::binary) schema.classes = {"bad", "good"};
  if (task == Task::multiclass) schema.classes = {"high", "low", "mid"};
  if (task != Task::regression) schema.columns.back().categories = schema.classes;
  return schema;
}

std::uint32_t class_of(Task task, double x0, bool red, Random& random) {
  if (task == Task::binary) {
    const double odds = 2 * x0 + (red ? 1.5 : 0) - 1;
    return random.uniform() < 1 / (1 + std::exp(-odds)) ? 1 : 0;
  }
  const double value = x0 + 0.5 * random.normal();
  return value > 0.5 ? 0 : (value < -0.5 ? 1 : 2);
}

}  // namespace

Labelled make_labelled(Task task, std::size_t n_rows, std::uint64_t seed) {
  Labelled labelled;
  labelled.schema = schema_for(task);
  labelled.table.n_rows = n_rows;
  auto& columns = labelled.table.columns;
  columns = {number_column("x0"), number_column("x1"), number_column("x2"),
             text_column("color", {"red", "green", "blue"}), text_column("flag", {"no", "yes"})};
  columns.push_back(task == Task::regression ? number_column("y")
                                             : text_column("y", labelled.schema.classes));
  Random random(seed);
  for (std::size_t row = 0; row < n_rows; ++row) {
    const double x0 = random.normal();
    const auto color = static_cast<std::uint32_t>(random.below(3));
    columns[0].numbers.push_back(x0);
    columns[1].numbers.push_back(random.uniform() < 0.05 ? std::nan("") : random.normal());
    columns[2].numbers.push_back(random.normal());
    columns[3].codes.push_back(color);
    columns[4].codes.push_back(static_cast<std::uint32_t>(random.below(2)));
    if (task == Task::regression) {
      columns[5].numbers.push_back(3 * x0 + (color == 0 ? 2 : 0) + 0.3 * random.normal());
    } else {
      columns[5].codes.push_back(class_of(task, x0, color == 0, random));
    }
  }
  return labelled;
}

learn::Dataset dataset_of(const Labelled& labelled) {
  std::vector<data::Finding> findings;
  return learn::make_dataset(labelled.table, labelled.schema, {}, findings);
}

std::vector<std::uint32_t> first_rows(std::size_t n) {
  std::vector<std::uint32_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

learn::TrainingOptions quick_options(unsigned max_trials) {
  learn::TrainingOptions options;
  options.preset = learn::Preset::fast;
  options.max_trials = max_trials;
  options.threads = 1;
  return options;
}

learn::TrainingResult train_quietly(const Labelled& labelled,
                                    const learn::TrainingOptions& options) {
  const CancelToken cancel;
  return learn::train(labelled.table, labelled.schema, options, {}, cancel);
}

std::string bytes_of(const learn::TrainingResult& result) {
  return model::pipeline_to_bytes(result.model.pipeline());
}

}  // namespace mlops::test
