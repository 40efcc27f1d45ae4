// What happens when training or retraining fails: the model's event log says so and its channels
// are told. Never makes things worse: a failure to report is itself only reported by value.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

/// Appends a "failed" event and notifies, if the model exists; nobody is told of an interruption.
/// Never throws.
void record_failure(std::string_view action, std::string_view model, const Error& error,
                    const Environment& environment) noexcept;

}  // namespace mlops::workflow
