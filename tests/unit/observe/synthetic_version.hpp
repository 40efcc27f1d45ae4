// A made-up binary model under watch: one number "tenure" (uniform 0..100), one category "plan"
// (basic 50 %, plus 30 %, pro 20 %), an answer that is right with a known probability.
#pragma once

#include <string>
#include <vector>

#include "observe/health.hpp"
#include "observe/prediction_id.hpp"
#include "unit/observe/synthetic.hpp"

namespace mlops::test {

/// How one delivery of traffic is drawn.
struct Traffic {
  double tenure_lower = 0;
  double tenure_upper = 100;
  double basic = 0.5;      ///< share of plan basic; the rest as 3 : 2
  double missing = 0.01;   ///< share of rows without tenure
  double accuracy = 0.90;  ///< of the answers, whatever the probabilities say
};

struct DrawnRow {
  double tenure = 0;
  double plan = 0;
  double positive = 0;  ///< probability
  bool right = true;
};

inline DrawnRow draw_row(Random& random, const Traffic& traffic) {
  DrawnRow row;
  row.tenure =
      random.uniform() < traffic.missing
          ? std::nan("")
          : traffic.tenure_lower + random.uniform() * (traffic.tenure_upper - traffic.tenure_lower);
  const double u = random.uniform();
  row.plan = u < traffic.basic ? 0 : u < traffic.basic + 0.6 * (1 - traffic.basic) ? 1 : 2;
  const double sure = 0.8 + 0.2 * random.uniform();  // 0.9 on average
  row.positive = random.uniform() < 0.4 ? sure : 1 - sure;
  row.right = random.uniform() < traffic.accuracy;
  return row;
}

inline data::Schema churn_schema() {
  data::Schema schema;
  schema.task = data::Task::binary;
  schema.target = "churn";
  schema.classes = {"No", "Yes"};
  schema.columns.resize(3);
  schema.columns[0].name = "tenure";
  schema.columns[1].name = "plan";
  schema.columns[1].kind = data::ColumnKind::category;
  schema.columns[1].categories = {"basic", "plus", "pro"};
  schema.columns[2].name = "churn";
  schema.columns[2].role = data::ColumnRole::target;
  schema.columns[2].kind = data::ColumnKind::category;
  return schema;
}

/// Rows as a block with consecutive ids; the truths that belong to them beside.
struct Delivery {
  observe::PredictionBlock block;
  std::vector<observe::Feedback> feedback;
};

inline Delivery draw_delivery(Random& random, const Traffic& traffic, std::int64_t first_id,
                              std::size_t n, Timestamp time) {
  std::vector<std::pair<double, double>> cells;
  std::vector<double> positive;
  Delivery delivery;
  for (std::size_t i = 0; i < n; ++i) {
    const DrawnRow row = draw_row(random, traffic);
    cells.emplace_back(row.tenure, row.plan);
    positive.push_back(row.positive);
    const bool yes = (row.positive >= 0.5) == row.right;
    delivery.feedback.push_back(
        {observe::format_prediction_id(first_id + static_cast<std::int64_t>(i)),
         yes ? "Yes" : "No"});
  }
  delivery.block = binary_block(ids_from(first_id, n), std::move(cells), std::move(positive), time);
  return delivery;
}

/// The version as trained: reference from `n_reference` drawn rows.
inline observe::WatchedVersion churn_version(std::size_t n_reference = 4000,
                                             std::uint64_t seed = 1) {
  observe::WatchedVersion version{.model = "churn", .version = 1, .schema = churn_schema()};
  Random random(seed);
  const Delivery held_out = draw_delivery(random, {}, 1, n_reference, kStart);
  const std::vector<double> importance = {0.7, 0.3};
  version.profile = data::build_profile(version.schema, held_out.block.rows,
                                        held_out.block.predictions, importance);
  data::Truth truth;
  for (const auto& item : held_out.feedback) truth.classes.push_back(item.actual == "Yes" ? 1 : 0);
  version.reference =
      data::score_with_interval(data::Metric::accuracy, held_out.block.predictions, truth, 1);
  version.losses = observe::build_loss_profile(held_out.block.predictions, truth, version.profile);
  version.deployed_at = kStart;
  return version;
}

}  // namespace mlops::test
