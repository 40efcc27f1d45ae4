#include "workflow/retrain_record.hpp"

#include <algorithm>

namespace mlops::workflow {
namespace {

/// Whether a failure was one of a retraining, not of a training by hand.
bool is_retrain_failure(const registry::Event& event) {
  return event.type == "failed" && event.evidence.value("action", "") == "retrain";
}

bool is_promotion(const registry::Event& event) {
  return event.type == "deployed" && event.evidence.contains("probation_against");
}

void note_delivery(const registry::Event& event, RetrainRecord& record) {
  const std::string sha256 = event.evidence.value("sha256", "");
  if (sha256.empty()) return;
  const bool usable = event.evidence.value("verdict", "") != "quarantine";
  (usable ? record.accepted : record.quarantined).insert(sha256);
}

void note_end(const registry::Event& event, registry::Version champion, RetrainRecord& record) {
  record.last = event.time;
  const auto challenger = event.evidence.value("challenger", registry::Version{0});
  record.in_vain.reset();
  if (challenger != champion)
    record.in_vain =
        VainAttempt{event.time, challenger, event.evidence.value("new_rows", std::uint64_t{0})};
}

}  // namespace

RetrainRecord read_record(const std::vector<registry::Event>& events, registry::Version champion,
                          Timestamp now) {
  RetrainRecord record;
  for (const registry::Event& event : events) {
    if (event.type == kRetrainingEvent) {
      record.unfinished = event.time;
      if (now.micros - event.time.micros < kMicrosPerDay) ++record.n_last_day;
    } else if (event.type == kRetrainedEvent) {
      record.unfinished.reset();
      note_end(event, champion, record);
    } else if (is_promotion(event)) {
      record.unfinished.reset();  // cut off after the alias had moved: nothing is missing
      record.last = event.time;
    } else if (is_retrain_failure(event)) {
      record.unfinished.reset();
    } else if (event.type == kDeliveryEvent) {
      note_delivery(event, record);
    }
  }
  return record;
}

std::set<std::string> files_learnt(const registry::Registry& registry, const std::string& name,
                                   registry::Version version) {
  std::set<std::string> files;
  const auto versions = registry.versions(name);
  // Lineage leads back to the first version; the bound keeps a damaged one from leading in circles.
  for (std::size_t step = 0; version != 0 && step < versions.size(); ++step) {
    const Json metadata = registry.manifest(name, version).metadata;
    const Json lineage = metadata.value("lineage", Json::object());
    for (const Json& file : lineage.value("files", Json::array())) {
      if (file.is_string()) files.insert(file.get<std::string>());
    }
    const auto parent = lineage.value("parent", registry::Version{0});
    if (std::find(versions.begin(), versions.end(), parent) == versions.end()) break;
    version = parent;
  }
  return files;
}

}  // namespace mlops::workflow
