// XGBoost through its C API, as the oracle of the forest evaluator: trains a small booster on
// seeded data and answers margins and contributions of its own.
#pragma once

#include <xgboost/c_api.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/forest.hpp"

namespace mlops::test {

/// What to train on what.
struct OracleCase {
  std::string name;
  std::map<std::string, std::string> parameters;  ///< XGBoost's own
  unsigned n_rounds = 20;
  std::size_t n_rows = 600;
  std::size_t n_inputs = 8;
  unsigned n_classes = 0;         ///< 0: a number; 2: 0/1; more: a class index
  double missing_share = 0;       ///< share of NaN cells
  std::size_t n_categorical = 0;  ///< the first inputs hold codes below `n_levels`
  unsigned n_levels = 40;
};

/// Seeded inputs, n_rows x n_inputs, with the case's missing share and categories.
std::vector<float> oracle_inputs(const OracleCase& what, std::size_t n_rows, std::uint64_t seed);

/// A trained booster. Throws std::runtime_error with XGBoost's message.
class Oracle {
 public:
  explicit Oracle(const OracleCase& what);
  ~Oracle();
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  /// The same trees for our evaluator.
  [[nodiscard]] const model::Forest& forest() const { return forest_; }
  /// Output margins, n_rows x n_outputs.
  [[nodiscard]] std::vector<float> margins(std::span<const float> inputs, std::size_t n_rows) const;
  /// pred_contribs, n_rows x n_outputs x (n_inputs + 1); the last of each is the bias.
  [[nodiscard]] std::vector<float> contributions(std::span<const float> inputs,
                                                 std::size_t n_rows) const;
  /// Margins without building a matrix; what a server would call for one row.
  void predict_in_place(std::span<const float> inputs, std::size_t n_rows,
                        std::vector<float>& margins) const;

 private:
  [[nodiscard]] std::vector<float> predict(std::span<const float> inputs, std::size_t n_rows,
                                           int type) const;
  [[nodiscard]] DMatrixHandle matrix(std::span<const float> inputs, std::size_t n_rows) const;
  void train();
  void read_forest();

  OracleCase what_;
  BoosterHandle booster_ = nullptr;
  model::Forest forest_;
};

}  // namespace mlops::test
