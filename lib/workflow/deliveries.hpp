// New files of labelled rows: which there are, which were judged already, and what became of them.
// A file is known by its content: the same bytes are judged once and learnt from once, wherever
// they lie; other bytes under the same name are a new delivery.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/table.hpp"
#include "observe/policy.hpp"
#include "workflow/delivery_judgement.hpp"
#include "workflow/environment.hpp"
#include "workflow/retrain_record.hpp"

namespace mlops::workflow {

/// A source that was not used, and why.
struct Quarantine {
  std::string source;
  std::string reason;
  bool first_time = true;  ///< no earlier run has said so
};

/// A file that may be learnt from.
struct Delivery {
  std::string source;  ///< its path, for people
  std::string sha256;  ///< of its bytes
  data::Table table;
  std::string warning;  ///< empty where nothing is to be said
};

struct Deliveries {
  std::vector<Delivery> usable;
  std::vector<Quarantine> quarantined;  ///< judged now or earlier
  std::vector<std::string> waiting;     ///< paths of files that are still being written

  [[nodiscard]] std::size_t n_rows() const noexcept;
};

/// Whether verdicts are written into the event log and people are told, or only returned.
enum class DeliveryVerdicts { recorded, said };

/// What is looked at: files that somebody named, and the policy's sources.
struct DeliverySources {
  std::vector<std::filesystem::path> named;
  std::vector<std::string> patterns;  ///< paths, globs, folders
  DeliveryVerdicts verdicts = DeliveryVerdicts::recorded;
};

/// A file from a source that changed less than this long ago is still being written.
inline constexpr std::int64_t kSettleMicros = 10 * kMicrosPerSecond;

/// Reads and judges what the champion has not learnt from. A verdict of quarantine or warn is
/// recorded and the model's channels are told, once a content. Throws io; a file that cannot be
/// read as a table is quarantined, never fatal.
[[nodiscard]] Deliveries collect_deliveries(const DeliverySources& sources,
                                            const std::string& model, registry::Version champion,
                                            const RetrainRecord& record,
                                            const Environment& environment);

}  // namespace mlops::workflow
