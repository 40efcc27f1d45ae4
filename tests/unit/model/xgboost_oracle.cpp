#include "unit/model/xgboost_oracle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "base/json.hpp"
#include "base/random.hpp"

namespace mlops::test {
namespace {

void check(int status) {
  if (status != 0) throw std::runtime_error(XGBGetLastError());
}

/// Targets that depend on several inputs and their products, in the units the objective wants.
std::vector<float> targets(const OracleCase& what, std::span<const float> inputs) {
  Random random(11);
  std::vector<float> labels;
  for (std::size_t row = 0; row < what.n_rows; ++row) {
    const float* x = inputs.data() + row * what.n_inputs;
    const auto value = [&](std::size_t i) { return std::isnan(x[i]) ? 0.3 : double{x[i]}; };
    const double wave = what.n_categorical > 0 ? std::sin(value(0) * 1.7) : value(0);
    const double score =
        wave + value(1) * value(2) + 0.5 * std::abs(value(3)) + 0.3 * random.normal();
    if (what.n_classes == 0) {
      labels.push_back(static_cast<float>(std::abs(score * 50 + 200)));
    } else {
      const double share = 1 / (1 + std::exp(-score));
      labels.push_back(static_cast<float>(
          std::min(what.n_classes - 1, static_cast<unsigned>(share * what.n_classes))));
    }
  }
  return labels;
}

/// The members of one tree in XGBoost's JSON, as our nodes.
model::Tree tree_of(const Json& json) {
  model::Tree tree;
  const auto& left = json.at("left_children");
  tree.nodes.resize(left.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    model::TreeNode& node = tree.nodes[i];
    node.left = left[i].get<std::int32_t>();
    node.right = json.at("right_children")[i].get<std::int32_t>();
    node.input = json.at("split_indices")[i].get<std::uint32_t>();
    node.default_left = json.at("default_left")[i].get<int>() != 0;
    node.cover = json.at("sum_hessian")[i].get<float>();
    const auto condition = json.at("split_conditions")[i].get<float>();
    (node.left < 0 ? node.value : node.threshold) = condition;
  }
  for (std::size_t set = 0; set < json.at("categories_nodes").size(); ++set) {
    model::TreeNode& node = tree.nodes[json.at("categories_nodes")[set].get<std::size_t>()];
    const auto begin = json.at("categories_segments")[set].get<std::size_t>();
    const auto size = json.at("categories_sizes")[set].get<std::size_t>();
    node.categorical = true;
    for (std::size_t i = begin; i < begin + size; ++i) {
      node.right_categories.push_back(json.at("categories")[i].get<std::uint32_t>());
    }
  }
  return tree;
}

/// base_score as a margin: logistic objectives hold it as a probability, poisson as a mean.
float base_margin(const std::string& objective, float base_score) {
  if (objective == "binary:logistic") return -std::log(1.0F / base_score - 1.0F);
  if (objective == "count:poisson") return std::log(base_score);
  return base_score;
}

}  // namespace

std::vector<float> oracle_inputs(const OracleCase& what, std::size_t n_rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> inputs;
  for (std::size_t i = 0; i < n_rows * what.n_inputs; ++i) {
    const bool missing = random.uniform() < what.missing_share;
    const double value = i % what.n_inputs < what.n_categorical
                             ? static_cast<double>(random.below(what.n_levels))
                             : random.normal();
    inputs.push_back(missing ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(value));
  }
  return inputs;
}

Oracle::Oracle(const OracleCase& what) : what_(what) {
  train();
  read_forest();
}

Oracle::~Oracle() {
  XGBoosterFree(booster_);
}

DMatrixHandle Oracle::matrix(std::span<const float> inputs, std::size_t n_rows) const {
  DMatrixHandle handle = nullptr;
  check(XGDMatrixCreateFromMat(inputs.data(), n_rows, what_.n_inputs,
                               std::numeric_limits<float>::quiet_NaN(), &handle));
  std::vector<const char*> kinds;
  for (std::size_t i = 0; i < what_.n_inputs; ++i) {
    kinds.push_back(i < what_.n_categorical ? "c" : "q");
  }
  check(XGDMatrixSetStrFeatureInfo(handle, "feature_type", kinds.data(), kinds.size()));
  return handle;
}

void Oracle::train() {
  const std::vector<float> inputs = oracle_inputs(what_, what_.n_rows, 5);
  const std::vector<float> labels = targets(what_, inputs);
  DMatrixHandle rows = matrix(inputs, what_.n_rows);
  check(XGDMatrixSetFloatInfo(rows, "label", labels.data(), labels.size()));
  check(XGBoosterCreate(&rows, 1, &booster_));
  check(XGBoosterSetParam(booster_, "nthread", "1"));
  check(XGBoosterSetParam(booster_, "tree_method", "hist"));
  check(XGBoosterSetParam(booster_, "seed", "3"));
  for (const auto& [name, value] : what_.parameters) {
    check(XGBoosterSetParam(booster_, name.c_str(), value.c_str()));
  }
  for (unsigned round = 0; round < what_.n_rounds; ++round) {
    check(XGBoosterUpdateOneIter(booster_, static_cast<int>(round), rows));
  }
  check(XGDMatrixFree(rows));
}

void Oracle::read_forest() {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  // UBJSON keeps every float's bits, and can say NaN, which XGBoost writes for category splits.
  check(XGBoosterSaveModelToBuffer(booster_, R"({"format": "ubj"})", &size, &bytes));
  const Json json = Json::from_ubjson(bytes, bytes + size);
  const Json& learner = json.at("learner");
  const Json& booster = learner.at("gradient_booster").at("model");
  std::vector<model::Tree> trees;
  std::uint32_t n_outputs = 1;
  for (std::size_t i = 0; i < booster.at("trees").size(); ++i) {
    trees.push_back(tree_of(booster.at("trees")[i]));
    trees.back().output = booster.at("tree_info")[i].get<std::uint32_t>();
    n_outputs = std::max(n_outputs, trees.back().output + 1);
  }
  const auto score =
      std::stof(learner.at("learner_model_param").at("base_score").get<std::string>());
  const float base = base_margin(what_.parameters.at("objective"), score);
  forest_ = model::Forest(trees, std::vector<float>(n_outputs, base), what_.n_inputs);
}

std::vector<float> Oracle::predict(std::span<const float> inputs, std::size_t n_rows,
                                   int type) const {
  DMatrixHandle rows = matrix(inputs, n_rows);
  const std::string config = fmt::format(
      R"({{"type":{},"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true}})",
      type);
  const bst_ulong* shape = nullptr;
  bst_ulong n_dimensions = 0;
  const float* values = nullptr;
  check(
      XGBoosterPredictFromDMatrix(booster_, rows, config.c_str(), &shape, &n_dimensions, &values));
  std::size_t size = 1;
  for (bst_ulong i = 0; i < n_dimensions; ++i) size *= shape[i];
  std::vector<float> result(values, values + size);
  check(XGDMatrixFree(rows));
  return result;
}

std::vector<float> Oracle::margins(std::span<const float> inputs, std::size_t n_rows) const {
  return predict(inputs, n_rows, 1);
}

std::vector<float> Oracle::contributions(std::span<const float> inputs, std::size_t n_rows) const {
  return predict(inputs, n_rows, 2);
}

void Oracle::predict_in_place(std::span<const float> inputs, std::size_t n_rows,
                              std::vector<float>& margins) const {
  const std::string array =
      fmt::format(R"({{"data":[{},true],"shape":[{},{}],"typestr":"<f4","version":3}})",
                  reinterpret_cast<std::uintptr_t>(inputs.data()), n_rows, what_.n_inputs);
  const char* config =
      R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true,)"
      R"("missing":NaN,"cache_id":0})";
  const bst_ulong* shape = nullptr;
  bst_ulong n_dimensions = 0;
  const float* values = nullptr;
  check(XGBoosterPredictFromDense(booster_, array.c_str(), config, nullptr, &shape, &n_dimensions,
                                  &values));
  margins.assign(values, values + n_rows * forest_.n_outputs());
}

}  // namespace mlops::test
