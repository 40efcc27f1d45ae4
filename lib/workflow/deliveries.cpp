#include "workflow/deliveries.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <chrono>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "data/read_wishes.hpp"
#include "data/reader.hpp"
#include "workflow/notification.hpp"
#include "workflow/repeats.hpp"
#include "workflow/snapshot.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

namespace fs = std::filesystem;

bool is_table_name(const std::string& name) {
  static const std::vector<std::string> kEndings = {".csv", ".tsv", ".jsonl", ".ndjson"};
  std::string_view stem = name;
  if (stem.ends_with(".gz")) stem.remove_suffix(3);
  return !name.starts_with(".") &&
         std::any_of(kEndings.begin(), kEndings.end(),
                     [&](const std::string& ending) { return stem.ends_with(ending); });
}

/// The tables of a drop folder, by name.
std::vector<fs::path> tables_in(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && is_table_name(entry.path().filename().string()))
      paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The files that a pattern of `retraining.sources` means now.
std::vector<fs::path> expand(const std::string& pattern) {
  std::vector<fs::path> paths;
  glob_t found{};
  if (::glob(pattern.c_str(), GLOB_TILDE, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const fs::path path = found.gl_pathv[i];
      const auto inside = fs::is_directory(path) ? tables_in(path) : std::vector<fs::path>{path};
      paths.insert(paths.end(), inside.begin(), inside.end());
    }
  }
  ::globfree(&found);
  return paths;
}

/// When a file last changed; nothing where it is gone.
std::optional<Timestamp> changed_at(const fs::path& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  if (error) return std::nullopt;
  const auto system = std::chrono::file_clock::to_sys(time);
  return Timestamp{
      std::chrono::duration_cast<std::chrono::microseconds>(system.time_since_epoch()).count()};
}

/// Judges one file after another.
class Collector {
 public:
  Collector(const std::string& model, registry::Version champion, const RetrainRecord& record,
            DeliveryVerdicts verdicts, const Environment& environment)
      : model_(model),
        verdicts_(verdicts),
        champion_(champion),
        record_(record),
        environment_(environment),
        registry_(environment.registry()),
        learnt_(files_learnt(registry_, model, champion)) {}

  enum class Settled { asked_for, by_age };

  void take(const fs::path& path, Settled settled) {
    const auto changed = changed_at(path);
    if (settled == Settled::by_age && changed &&
        environment_.clock.now().micros - changed->micros < kSettleMicros) {
      deliveries.waiting.push_back(path.string());
      return;
    }
    std::string bytes;
    try {
      bytes = read_file(path);
    } catch (const Error& error) {
      if (settled == Settled::asked_for) throw;
      deliveries.quarantined.push_back({path.string(), error.what()});
      return;
    }
    const std::string sha256 = sha256_hex(bytes);
    if (learnt_.contains(sha256) || !seen_.insert(sha256).second) return;
    if (changed_at(path) != changed) {
      deliveries.waiting.push_back(path.string());
      return;
    }
    judge(path.string(), bytes, sha256);
  }

  Deliveries deliveries;

 private:
  void judge(const std::string& source, const std::string& bytes, const std::string& sha256) {
    const bool known = record_.quarantined.contains(sha256) || record_.accepted.contains(sha256);
    const Reference& compared = reference();  // a damaged champion is not the delivery's fault
    try {
      data::Table table =
          data::read_table_from_bytes(bytes, source, data::read_to_fit({}, compared.schema)).table;
      const DeliveryJudgement judgement =
          judge_delivery(table, {.schema = compared.schema,
                                 .profile = compared.profile,
                                 .champion = &compared.champion.model,
                                 .repeated_share = compared.repeated,
                                 .class_shares = compared.shares});
      if (!known) record(source, sha256, judgement);
      if (judgement.verdict == DeliveryVerdict::quarantine) {
        deliveries.quarantined.push_back({source, judgement.reason(), !known});
      } else {
        deliveries.usable.push_back({source, sha256, std::move(table), judgement.reason()});
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid_data && error.kind() != ErrorKind::corrupt) throw;
      if (!known)
        record(source, sha256, {DeliveryVerdict::quarantine, {{error.code(), error.what(), true}}});
      deliveries.quarantined.push_back({source, error.what(), !known});
    }
  }

  /// What deliveries are compared with; read once, when the first one comes.
  struct Reference {
    LoadedVersion champion;
    data::Schema schema;
    data::ReferenceProfile profile;
    std::optional<double> repeated;
    std::vector<double> shares;
  };

  const Reference& reference() {
    if (reference_) return *reference_;
    observe::WatchedVersion watched = watched_version(registry_, model_, champion_);
    reference_.emplace(Reference{load_version(registry_, model_, champion_),
                                 std::move(watched.schema),
                                 std::move(watched.profile),
                                 std::nullopt,
                                 {}});
    if (const auto snapshot = training_snapshot(registry_, model_, champion_)) {
      reference_->repeated = repeated_share(*snapshot, reference_->schema);
      reference_->shares = class_shares(*snapshot, reference_->schema);
    }
    return *reference_;
  }

  static std::string told_of(const std::string& source, const DeliveryJudgement& judgement) {
    if (judgement.verdict == DeliveryVerdict::quarantine)
      return fmt::format(
          "delivery '{}' was put aside: {}; it is not learnt from, the current champion stays",
          source, judgement.reason());
    return fmt::format(
        "delivery '{}' is unusual: {}; it is learnt from, and the gate decides whether the result "
        "is used",
        source, judgement.reason());
  }

  void record(const std::string& source, const std::string& sha256,
              const DeliveryJudgement& judgement) {
    if (verdicts_ == DeliveryVerdicts::said) return;
    Json findings = Json::array();
    for (const DeliveryFinding& finding : judgement.findings)
      findings.push_back({{"code", finding.code}, {"message", finding.message}});
    const Json evidence{{"source", source},
                        {"sha256", sha256},
                        {"verdict", to_string(judgement.verdict)},
                        {"findings", findings}};
    std::string text = fmt::format("delivery '{}': {}", source, to_string(judgement.verdict));
    if (!judgement.findings.empty()) text += ", " + judgement.reason();
    registry_.append_event(model_, {.type = kDeliveryEvent, .message = text, .evidence = evidence});
    if (judgement.verdict == DeliveryVerdict::use) return;
    static_cast<void>(notify_channels(registry_, model_,
                                      {.model = model_,
                                       .version = champion_,
                                       .rule = "delivery",
                                       .subject = source,
                                       .severity = "warning",
                                       .status = "firing",
                                       .text = told_of(source, judgement),
                                       .next_command = fmt::format("mlops history {}", model_),
                                       .since = environment_.clock.now(),
                                       .changed_at = environment_.clock.now(),
                                       .evidence = evidence}));
  }

  const std::string& model_;
  DeliveryVerdicts verdicts_;
  registry::Version champion_;
  const RetrainRecord& record_;
  const Environment& environment_;
  registry::Registry registry_;
  std::set<std::string> learnt_;
  std::set<std::string> seen_;
  std::optional<Reference> reference_;
};

}  // namespace

std::size_t Deliveries::n_rows() const noexcept {
  std::size_t n = 0;
  for (const Delivery& delivery : usable) n += delivery.table.n_rows;
  return n;
}

Deliveries collect_deliveries(const DeliverySources& sources, const std::string& model,
                              registry::Version champion, const RetrainRecord& record,
                              const Environment& environment) {
  Collector collector(model, champion, record, sources.verdicts, environment);
  for (const fs::path& path : sources.named) collector.take(path, Collector::Settled::asked_for);
  for (const std::string& pattern : sources.patterns)
    for (const fs::path& path : expand(pattern)) collector.take(path, Collector::Settled::by_age);
  return std::move(collector.deliveries);
}

}  // namespace mlops::workflow
