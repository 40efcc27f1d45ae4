// The end of a retraining: the challenger becomes a version, the verdict is recorded, and on
// "promote" the alias moves.
#pragma once

#include "workflow/challenger.hpp"
#include "workflow/retrain.hpp"
#include "workflow/retrain_data.hpp"

namespace mlops::workflow {

/// Fills the report's challenger, outcome and sentence. The champion is only replaced if it is
/// still the one that the gate compared with. Throws io; before the alias has moved, the champion
/// stays.
void conclude_retraining(const ChallengerResult& challenger, const RetrainData& data,
                         const Environment& environment, RetrainReport& report);

}  // namespace mlops::workflow
