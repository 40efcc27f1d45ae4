// Made-up reports of the use cases for the screens that show them.
#pragma once

#include <vector>

#include "workflow/compare.hpp"
#include "workflow/inspect.hpp"
#include "workflow/inventory.hpp"
#include "workflow/retrain.hpp"
#include "workflow/train.hpp"

namespace mlops::samples {

/// A binary model that beats the dummy and replaces a champion.
[[nodiscard]] workflow::TrainReport train_report();
/// Promoted: triggers fired, the gate passed.
[[nodiscard]] workflow::RetrainReport promoted_report();
/// Kept: the gate failed, one file was not used.
[[nodiscard]] workflow::RetrainReport kept_report();
[[nodiscard]] workflow::RetrainReport not_needed_report();
[[nodiscard]] std::vector<workflow::ModelSummary> model_list();
[[nodiscard]] workflow::VersionDetails version_details();
/// Two versions that differ in everything `compare` shows.
[[nodiscard]] workflow::CompareReport compare_report();
[[nodiscard]] workflow::InspectReport inspect_report();

}  // namespace mlops::samples
