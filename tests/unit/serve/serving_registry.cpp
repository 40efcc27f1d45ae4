#include "serving_registry.hpp"

#include <utility>

#include "base/random.hpp"
#include "data/profile.hpp"
#include "model/pipeline.hpp"
#include "model/self_test.hpp"
#include "observe/watched_version.hpp"

namespace mlops::test {
namespace {

data::ColumnSchema column(std::string name, data::ColumnKind kind,
                          std::vector<std::string> categories = {}) {
  data::ColumnSchema schema;
  schema.name = std::move(name);
  schema.kind = kind;
  schema.categories = std::move(categories);
  return schema;
}

model::Encoder encoder() {
  return {{{.feature = 0, .step = model::Standardized{.mean = 50, .scale = 25, .fill = 50}},
           {.feature = 1, .step = model::OneHot{.slot_of_level = {0, 1, 2}, .n_slots = 3}},
           {.feature = 2, .step = model::Standardized{.mean = 0.5, .scale = 0.5, .fill = 0.5}}},
          3};
}

data::Table sample() {
  data::Table table;
  table.n_rows = 2;
  table.columns.push_back({.name = "tenure", .numeric = true, .numbers = {5, 80}});
  table.columns.push_back({.name = "plan", .codes = {0, 1}, .dictionary = {"basic", "pro"}});
  table.columns.push_back({.name = "active", .codes = {0, 1}, .dictionary = {"Yes", "No"}});
  return table;
}

data::ReferenceProfile profile_of(const model::Model& model) {
  data::ConformedRows rows{.n_rows = 500, .n_features = 3};
  Random random(1);
  for (std::size_t row = 0; row < rows.n_rows; ++row) {
    rows.cells.push_back(100 * random.uniform());
    rows.cells.push_back(static_cast<double>(random.below(3)));
    rows.cells.push_back(static_cast<double>(random.below(2)));
  }
  return data::build_profile(model.schema(), rows, model.predict(rows), std::vector<double>(3, 1));
}

}  // namespace

data::Schema churn_like_schema() {
  data::Schema schema;
  schema.task = data::Task::binary;
  schema.target = "churn";
  schema.classes = {"No", "Yes"};
  schema.columns = {column("tenure", data::ColumnKind::number),
                    column("plan", data::ColumnKind::category, {"basic", "plus", "pro"}),
                    column("active", data::ColumnKind::boolean, {"No", "Yes"}),
                    column("churn", data::ColumnKind::category, {"No", "Yes"})};
  schema.columns[0].minimum = 0;
  schema.columns[0].maximum = 100;
  schema.columns[3].role = data::ColumnRole::target;
  return schema;
}

model::Model linear_model(double slope) {
  auto pipeline = std::make_shared<model::Pipeline>();
  pipeline->task = data::Task::binary;
  pipeline->n_classes = 2;
  pipeline->encoders.push_back(encoder());
  pipeline->members.push_back({.learner = "linear",
                               .predictor = model::Linear({.intercepts = {0.1},
                                                           .weights = {slope, 0.5, 0.1, -0.5, 0.2},
                                                           .input_means = {0, 0.3, 0.3, 0.4, 0}}),
                               .link = model::Link::logistic});
  pipeline->validate();
  return {churn_like_schema(), std::move(pipeline)};
}

ServingRegistry::ServingRegistry()
    : directory_(std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : ""),
      registry_(directory_.path() / "store", clock_, "test") {
  registry_.create_if_absent();
}

registry::Version ServingRegistry::publish(const std::string& name, double slope,
                                           Reference reference) {
  const model::Model model = linear_model(slope);
  registry::Publication publication = registry_.begin_version(name);
  model.save(publication.directory());
  model::write_self_test(model, sample(), publication.directory());
  Json metadata = {{"metric", {{"name", "log_loss"}, {"value", 0.4}}}};
  if (reference == Reference::profile) {
    write_new_file(publication.directory() / observe::kProfileFile,
                   dump_json(data::to_json(profile_of(model))) + "\n");
    metadata["watched_metric"] = {
        {"name", "accuracy"}, {"value", 0.8}, {"lower", 0.7}, {"upper", 0.9}, {"n", 500}};
  }
  return publication.commit(metadata);
}

registry::Version ServingRegistry::publish_wrong(const std::string& name) {
  registry::Publication publication = registry_.begin_version(name);
  linear_model(2).save(publication.directory());
  model::write_self_test(linear_model(3), sample(), publication.directory());
  return publication.commit(Json::object());
}

void ServingRegistry::deploy(const std::string& name, registry::Version version) {
  registry_.set_champion(name, version, {.type = "deployed", .message = "by a test"});
}

}  // namespace mlops::test
