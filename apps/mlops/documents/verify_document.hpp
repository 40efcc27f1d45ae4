// What `verify --json` prints.
#pragma once

#include "base/json.hpp"
#include "workflow/verify.hpp"

namespace mlops::app {

[[nodiscard]] Json verify_document(const workflow::VerifyReport& report);

}  // namespace mlops::app
