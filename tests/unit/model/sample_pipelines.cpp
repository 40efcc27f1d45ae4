#include "unit/model/sample_pipelines.hpp"

#include <limits>

#include "base/random.hpp"

namespace mlops::test {
namespace {

using namespace mlops::model;

Encoder tree_encoder(std::uint32_t n_targets) {
  TargetMap map{.n_targets = n_targets};
  for (std::uint32_t i = 0; i < 4 * n_targets; ++i) {
    map.values.push_back(0.25F * static_cast<float>(i));
  }
  map.unseen.assign(n_targets, 0.5F);
  map.missing.assign(n_targets, 0.75F);
  map.log_counts = {3, 2, 1, 0.5F};
  return {{{.feature = 0},
           {.feature = 1, .step = CategoryCode{{0, 1, 2, kNoSlot}}},
           {.feature = 1, .step = map},
           {.feature = 2},
           {.feature = 3, .source = CellSource::weekday},
           {.feature = 3, .source = CellSource::elapsed_days, .origin_seconds = 1.6e9}},
          kSampleFeatures};
}

Encoder dense_encoder() {
  return {{{.feature = 0,
            .step = Standardized{.mean = 40, .scale = 12, .fill = 38, .missing_indicator = true}},
           {.feature = 0, .step = QuantileBins{.edges = {25, 40, 55}, .missing_slot = true}},
           {.feature = 1,
            .step = OneHot{.slot_of_level = {0, 1, 2, kNoSlot}, .n_slots = 4, .other_slot = 3}},
           {.feature = 2, .step = Standardized{.mean = 0.5, .scale = 0.5, .fill = 0.5}},
           {.feature = 3, .source = CellSource::hour, .step = Cyclic{24}}},
          kSampleFeatures};
}

/// Trees of random splits down to `depth`.
Forest random_forest(std::size_t n_inputs, std::uint32_t n_outputs, ForestSum sum, double size,
                     std::uint64_t seed) {
  Random random(seed);
  std::vector<Tree> trees(2 * n_outputs);
  for (std::size_t t = 0; t < trees.size(); ++t) {
    trees[t].output = static_cast<std::uint32_t>(t % n_outputs);
    auto& nodes = trees[t].nodes;
    nodes.resize(15);
    for (std::size_t i = 15; i-- > 0;) {
      const bool leaf = i >= 7;
      const auto input = static_cast<std::uint32_t>(random.below(n_inputs));
      nodes[i] = {.left = leaf ? -1 : static_cast<std::int32_t>(2 * i + 1),
                  .right = leaf ? -1 : static_cast<std::int32_t>(2 * i + 2),
                  .input = input,
                  .threshold = static_cast<float>(input == 0 ? 20 + 40 * random.uniform()
                                                             : random.uniform()),
                  .default_left = random.below(2) == 0,
                  .value = static_cast<float>(size * random.uniform()),
                  .cover = leaf ? static_cast<float>(1 + random.below(20))
                                : nodes[2 * i + 1].cover + nodes[2 * i + 2].cover};
      if (!leaf && input == 1) {
        nodes[i].categorical = true;
        nodes[i].right_categories = {0, 2};
      }
    }
  }
  return {trees, std::vector<float>(n_outputs, static_cast<float>(size) / 2), n_inputs, sum};
}

std::vector<double> random_numbers(std::size_t n, Random& random) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < n; ++i) numbers.push_back(random.uniform() - 0.5);
  return numbers;
}

std::vector<float> random_floats(std::size_t n, Random& random) {
  std::vector<float> numbers;
  for (std::size_t i = 0; i < n; ++i) numbers.push_back(static_cast<float>(random.uniform() - 0.5));
  return numbers;
}

Linear random_linear(std::size_t n_inputs, std::size_t n_outputs, std::uint64_t seed) {
  Random random(seed);
  return Linear({.intercepts = random_numbers(n_outputs, random),
                 .weights = random_numbers(n_inputs * n_outputs, random),
                 .input_means = random_numbers(n_inputs, random)});
}

KernelExpansion random_kernel(std::size_t n_inputs, std::size_t n_outputs, std::uint64_t seed) {
  Random random(seed);
  return KernelExpansion({.gamma = 0.2,
                          .vectors = random_floats(n_inputs * 5, random),
                          .alphas = random_numbers(n_outputs * 5, random),
                          .biases = random_numbers(n_outputs, random),
                          .input_means = random_numbers(n_inputs, random)});
}

Mlp random_mlp(std::uint32_t n_inputs, std::uint32_t n_outputs, std::uint64_t seed) {
  Random random(seed);
  return Mlp({{.n_inputs = n_inputs,
               .n_outputs = 5,
               .weights = random_floats(n_inputs * 5, random),
               .biases = random_floats(5, random),
               .activation = Activation::tanh},
              {.n_inputs = 5,
               .n_outputs = n_outputs,
               .weights = random_floats(5 * n_outputs, random),
               .biases = random_floats(n_outputs, random),
               .activation = Activation::identity}},
             random_numbers(n_inputs, random));
}

}  // namespace

data::Schema sample_schema(data::Task task) {
  using data::ColumnKind;
  data::Schema schema;
  schema.columns = {
      {.name = "age", .minimum = 18, .maximum = 90},
      {.name = "plan",
       .kind = ColumnKind::category,
       .categories = {"basic", "plus", "pro", "rare"}},
      {.name = "active", .kind = ColumnKind::boolean, .categories = {"no", "yes"}},
      {.name = "signup",
       .kind = ColumnKind::datetime,
       .minimum = 1.6e9,
       .maximum = 1.7e9,
       .datetime_format = "%Y-%m-%d %H:%M:%S"},
      {.name = "answer",
       .kind = task == data::Task::regression ? ColumnKind::number : ColumnKind::category,
       .role = data::ColumnRole::target},
  };
  schema.target = "answer";
  schema.task = task;
  if (task == data::Task::binary) schema.classes = {"no", "yes"};
  if (task == data::Task::multiclass) schema.classes = {"a", "b", "c"};
  schema.columns.back().categories = schema.classes;
  schema.decimal = '.';
  return schema;
}

data::ConformedRows sample_rows(std::size_t n_rows, std::uint64_t seed) {
  Random random(seed);
  data::ConformedRows rows{.n_rows = n_rows, .n_features = kSampleFeatures};
  for (std::size_t i = 0; i < n_rows; ++i) {
    const double cells[] = {18 + 60 * random.uniform(),
                            static_cast<double>(random.below(5)) - 1,  // -1 is unseen
                            static_cast<double>(random.below(2)), 1.6e9 + 1e8 * random.uniform()};
    for (const double cell : cells) {
      const bool missing = random.uniform() < 0.1;
      rows.cells.push_back(missing ? std::numeric_limits<double>::quiet_NaN() : cell);
    }
  }
  return rows;
}

Pipeline regression_pipeline() {
  Pipeline pipeline{.task = data::Task::regression};
  pipeline.encoders = {tree_encoder(1), dense_encoder()};
  const std::size_t n_tree = pipeline.encoders[0].n_inputs();
  const std::size_t n_dense = pipeline.encoders[1].n_inputs();
  pipeline.members.push_back({.learner = "xgboost",
                              .predictor = random_forest(n_tree, 1, ForestSum::boosted, 2, 1),
                              .weight = 3});
  pipeline.members.push_back({.learner = "linear",
                              .encoder = 1,
                              .predictor = random_linear(n_dense, 1, 2),
                              .link = Link::exponential,
                              .parameters = {.offset = -1}});
  pipeline.members.push_back({.learner = "svr",
                              .encoder = 1,
                              .predictor = random_kernel(n_dense, 1, 3),
                              .link = Link::square,
                              .parameters = {.margin_scale = 2, .margin_shift = 3, .offset = 0.25},
                              .weight = 2});
  pipeline.interval = {.coverage = 0.9, .below = 1.5, .above = 2};
  pipeline.interval->scale = ErrorScale{.encoder = 1,
                                        .predictor = random_linear(n_dense, 1, 4),
                                        .link = Link::exponential,
                                        .floor = 0.25};
  pipeline.minimum = 0;
  return pipeline;
}

Pipeline binary_pipeline() {
  Pipeline pipeline{.task = data::Task::binary, .n_classes = 2};
  pipeline.encoders = {tree_encoder(1), dense_encoder()};
  const std::size_t n_tree = pipeline.encoders[0].n_inputs();
  const auto n_dense = static_cast<std::uint32_t>(pipeline.encoders[1].n_inputs());
  pipeline.members.push_back({.learner = "xgboost",
                              .predictor = random_forest(n_tree, 1, ForestSum::boosted, 0.4, 5),
                              .link = Link::logistic,
                              .parameters = {.margin_shift = -1},
                              .weight = 0.5});
  pipeline.members.push_back({.learner = "random_forest",
                              .predictor = random_forest(n_tree, 1, ForestSum::average, 0.4, 6),
                              .link = Link::clipped_share,
                              .parameters = {.floor = 0.01},
                              .weight = 0.25});
  pipeline.members.push_back({.learner = "mlp",
                              .encoder = 1,
                              .predictor = random_mlp(n_dense, 2, 7),
                              .link = Link::softmax,
                              .weight = 0.25});
  pipeline.calibration = Platt{.slope = 1.1, .intercept = 0.2};
  pipeline.threshold = 0.4;
  return pipeline;
}

Pipeline multiclass_pipeline() {
  Pipeline pipeline{.task = data::Task::multiclass, .n_classes = 3};
  pipeline.encoders = {tree_encoder(3), dense_encoder()};
  const std::size_t n_tree = pipeline.encoders[0].n_inputs();
  const std::size_t n_dense = pipeline.encoders[1].n_inputs();
  pipeline.members.push_back({.learner = "xgboost",
                              .predictor = random_forest(n_tree, 3, ForestSum::boosted, 1, 8),
                              .link = Link::softmax});
  pipeline.members.push_back({.learner = "svm",
                              .encoder = 1,
                              .predictor = random_kernel(n_dense, 3, 9),
                              .link = Link::one_vs_rest});
  pipeline.members.push_back({.learner = "random_forest",
                              .predictor = random_forest(n_tree, 3, ForestSum::average, 0.5, 10),
                              .link = Link::clipped_share,
                              .parameters = {.floor = 0.001}});
  pipeline.calibration = Temperature{.temperature = 1.2};
  return pipeline;
}

std::vector<NamedPipeline> sample_pipelines() {
  std::vector<NamedPipeline> all{{"regression", regression_pipeline()},
                                 {"binary", binary_pipeline()},
                                 {"multiclass", multiclass_pipeline()},
                                 {"binary, isotonic", binary_pipeline()}};
  all.back().pipeline.calibration = Isotonic{.inputs = {0.1, 0.5, 0.9}, .outputs = {0, 0.4, 1}};
  all.push_back({"binary, class weights", binary_pipeline()});
  all.back().pipeline.calibration = ClassFactors{.factors = {1.1, 0.7}};
  for (auto& member : all.back().pipeline.members) member.parameters.class_factors = {0.6, 4};
  all.push_back({"multiclass, class weights", multiclass_pipeline()});
  all.back().pipeline.label_weights = {0.5, 3, 1};
  all.back().pipeline.members[0].parameters.class_factors = {2, 0.1, 1};
  all.back().pipeline.members[2].parameters.class_factors = {0.5, 1, 9};
  return all;
}

}  // namespace mlops::test
