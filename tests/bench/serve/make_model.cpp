// The model that all servers of the benchmark answer with: XGBoost, binary, 100 trees of depth 6,
// 20 features. Once in a registry for mlops, once as XGBoost's own file for the Python servers.
// Usage: make_model REGISTRY MODEL.ubj
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <numeric>
#include <vector>

#include "base/file.hpp"
#include "base/random.hpp"
#include "data/profile.hpp"
#include "learn/xgboost/forest_import.hpp"
#include "learn/xgboost/library.hpp"
#include "model/model.hpp"
#include "model/pipeline.hpp"
#include "model/self_test.hpp"
#include "observe/watched_version.hpp"
#include "registry/registry.hpp"

namespace {

using namespace mlops;

constexpr std::size_t kRows = 20'000;
constexpr std::size_t kFeatures = 20;
constexpr unsigned kTrees = 100;

struct Sample {
  std::vector<float> inputs;
  std::vector<float> labels;
};

Sample draw_sample() {
  Random random(3);
  Sample sample;
  for (std::size_t row = 0; row < kRows; ++row) {
    double score = 0;
    double before = 0;
    for (std::size_t f = 0; f < kFeatures; ++f) {
      const double x = std::round(random.normal() * 1e4) / 1e4;
      score += (f % 3 == 0 ? 1.0 : -0.5) * x + 0.7 * x * before;
      before = x;
      sample.inputs.push_back(static_cast<float>(x));
    }
    sample.labels.push_back(score + random.normal() > 0 ? 1.0F : 0.0F);
  }
  return sample;
}

std::string train(const Sample& sample) {
  learn::xgboost::Matrix rows(sample.inputs, kRows, kFeatures, 2);
  rows.set_labels(sample.labels);
  learn::xgboost::Booster booster(
      {&rows},
      {{"objective", "binary:logistic"}, {"max_depth", "6"}, {"eta", "0.1"}, {"nthread", "2"}});
  for (unsigned round = 0; round < kTrees; ++round) booster.update(round, rows);
  return booster.serialize();
}

data::Schema make_schema() {
  data::Schema schema;
  schema.task = data::Task::binary;
  schema.target = "label";
  schema.classes = {"0", "1"};
  for (std::size_t f = 0; f < kFeatures; ++f) {
    data::ColumnSchema column;
    column.name = fmt::format("feature_{:02}", f);
    column.minimum = -6;
    column.maximum = 6;
    schema.columns.push_back(std::move(column));
  }
  data::ColumnSchema target;
  target.name = "label";
  target.kind = data::ColumnKind::category;
  target.role = data::ColumnRole::target;
  target.categories = {"0", "1"};
  schema.columns.push_back(std::move(target));
  return schema;
}

model::Model make_model(const std::string& ubjson) {
  auto pipeline = std::make_shared<model::Pipeline>();
  pipeline->task = data::Task::binary;
  pipeline->n_classes = 2;
  std::vector<model::Encoding> encodings;
  for (std::size_t f = 0; f < kFeatures; ++f)
    encodings.push_back({.feature = static_cast<std::uint32_t>(f), .step = model::PassThrough{}});
  pipeline->encoders.push_back(model::Encoder(std::move(encodings), kFeatures));
  pipeline->members.push_back({.learner = "xgboost",
                               .predictor = learn::xgboost::import_forest(ubjson, kFeatures),
                               .link = model::Link::logistic});
  pipeline->validate();
  return {make_schema(), std::move(pipeline)};
}

data::Table table_of(const Sample& sample, std::size_t n_rows) {
  data::Table table;
  table.n_rows = n_rows;
  for (std::size_t f = 0; f < kFeatures; ++f) {
    data::TableColumn column{.name = fmt::format("feature_{:02}", f), .numeric = true};
    for (std::size_t row = 0; row < n_rows; ++row)
      column.numbers.push_back(sample.inputs[row * kFeatures + f]);
    table.columns.push_back(std::move(column));
  }
  return table;
}

void publish(const model::Model& model, const Sample& sample, const std::filesystem::path& root) {
  const SystemClock clock;
  registry::Registry registry(root, clock, "benchmark");
  registry.create_if_absent();
  registry::Publication publication = registry.begin_version("bench");
  const std::filesystem::path directory = publication.directory();
  model.save(directory);
  model::write_self_test(model, table_of(sample, 20), directory);
  const data::ConformedRows rows = model.conformer().from_table(table_of(sample, 5000));
  const std::vector<double> importance(kFeatures, 1.0 / kFeatures);
  const data::ReferenceProfile profile =
      data::build_profile(model.schema(), rows, model.predict(rows), importance);
  write_new_file(directory / observe::kProfileFile, dump_json(data::to_json(profile)) + "\n");
  const Json score{
      {"name", "accuracy"}, {"value", 0.9}, {"lower", 0.89}, {"upper", 0.91}, {"n", 5000}};
  const registry::Version version =
      publication.commit({{"metric", score}, {"watched_metric", score}});
  registry.set_champion("bench", version, {.type = "deployed", .message = "by the benchmark"});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: make_model REGISTRY MODEL.ubj\n");
    return 2;
  }
  const Sample sample = draw_sample();
  const std::string ubjson = train(sample);
  write_file_atomically(argv[2], ubjson);
  publish(make_model(ubjson), sample, argv[1]);
  return 0;
}
