#include "documents/verify_document.hpp"

namespace mlops::app {

Json verify_document(const workflow::VerifyReport& report) {
  return {{"schema", "mlops/verify/v1"},
          {"model", report.model},
          {"version", report.version},
          {"identical", report.identical()},
          {"recorded_sha256", report.recorded_sha256},
          {"repeated_sha256", report.repeated_sha256},
          {"metric",
           {{"name", report.metric},
            {"recorded", json_number(report.recorded_score)},
            {"repeated", json_number(report.repeated_score)}}},
          {"trials", report.n_trials},
          {"threads", report.n_threads},
          {"seed", report.seed},
          {"different_trials", report.different_trials},
          {"circumstances", report.circumstances},
          {"seconds", json_number(report.seconds)}};
}

}  // namespace mlops::app
