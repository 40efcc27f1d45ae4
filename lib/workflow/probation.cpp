#include "workflow/probation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "observe/store.hpp"
#include "observe/truth.hpp"
#include "workflow/logged_rows.hpp"
#include "workflow/notification.hpp"
#include "workflow/probation_shadow.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// Both models' losses on the champion's answers whose truth is known, as people read them and as
/// the test wants them.
struct Comparison {
  ProbationTest test;
  double champion = 0;  ///< sums of 0/1 losses or of squared errors
  double predecessor = 0;
  std::uint64_t n_shadowed = 0;
  data::Task task = data::Task::binary;

  [[nodiscard]] double shown(double sum) const {
    const double mean = sum / static_cast<double>(test.n());
    return task == data::Task::regression ? std::sqrt(mean) : 1 - mean;
  }
};

/// Errors of numbers are counted in units of this, at most one: three standard deviations of what
/// the champion answers, so that a single wild row decides nothing.
double error_unit(const observe::WatchedVersion& champion) {
  const double deviation = champion.profile.prediction.standard_deviation;
  return deviation > 0 ? 3 * deviation : 1;
}

/// What is known of the champion's answers, in the order in which it became known, and of the
/// predecessor's to the same requests, by id.
struct Outcomes {
  std::vector<observe::LabelledPrediction> champion;
  std::map<std::int64_t, observe::LabelledPrediction> predecessor;
};

Outcomes outcomes_of(const registry::Registry& registry, const std::string& model,
                     const Probation& probation) {
  const observe::ObservationStore store(registry.observations_path(model), SqliteOpen::read_only,
                                        observe::LogSync::off);
  Outcomes outcomes{.champion = store.labelled(probation.since, probation.champion)};
  std::stable_sort(outcomes.champion.begin(), outcomes.champion.end(),
                   [](const auto& a, const auto& b) { return a.labelled_at < b.labelled_at; });
  for (auto& row : store.labelled(probation.since, probation.predecessor))
    outcomes.predecessor.emplace(row.id, std::move(row));
  return outcomes;
}

data::ConformedRows cells_of(const std::vector<observe::LabelledPrediction>& rows,
                             std::size_t n_features) {
  data::ConformedRows cells{.n_rows = rows.size(), .n_features = n_features};
  for (const auto& row : rows)
    cells.cells.insert(cells.cells.end(), row.cells.begin(), row.cells.end());
  return cells;
}

void add_number(const observe::LabelledPrediction& row, double predecessor, double unit,
                Comparison& comparison) {
  const auto truth = observe::parse_truth_number(row.actual);
  if (!truth) return;
  const double a = std::abs(row.outputs[0] - *truth);
  const double b = std::abs(predecessor - *truth);
  comparison.champion += a * a;
  comparison.predecessor += b * b;
  comparison.test.add(std::min(a / unit, 1.0) - std::min(b / unit, 1.0));
}

/// What the predecessor answers to rows that it did not shadow.
data::Predictions answers_to(const std::vector<observe::LabelledPrediction>& rows,
                             const data::Schema& from, const model::Model& predecessor) {
  const CellTranslator translator(from, predecessor.schema());
  return predecessor.predict(translator.translate(cells_of(rows, from.feature_columns().size())));
}

void add_class(const observe::LabelledPrediction& row, const std::string& champion,
               const std::string& predecessor, Comparison& comparison) {
  const auto wrong = [&](const std::string& answer) {
    return observe::same_truth(comparison.task, answer, row.actual) ? 0.0 : 1.0;
  };
  const double a = wrong(champion);
  const double b = wrong(predecessor);
  comparison.champion += a;
  comparison.predecessor += b;
  comparison.test.add(a - b);
}

Comparison compare(const registry::Registry& registry, const std::string& model,
                   const Probation& probation, double level) {
  const LoadedVersion predecessor = load_version(registry, model, probation.predecessor);
  const data::Schema& other = predecessor.model.schema();
  const observe::WatchedVersion champion = watched_version(registry, model, probation.champion);
  const Outcomes outcomes = outcomes_of(registry, model, probation);
  const data::Predictions computed =
      answers_to(outcomes.champion, champion.schema, predecessor.model);
  Comparison comparison{.test = ProbationTest(level), .task = champion.schema.task};
  const double unit = error_unit(champion);
  for (std::size_t i = 0; i < outcomes.champion.size(); ++i) {
    const observe::LabelledPrediction& row = outcomes.champion[i];
    const auto shadow = outcomes.predecessor.find(row.id);
    const bool live = shadow != outcomes.predecessor.end();
    comparison.n_shadowed += live ? 1 : 0;
    if (comparison.task == data::Task::regression) {
      add_number(row, live ? shadow->second.outputs[0] : computed.values[i], unit, comparison);
    } else {
      add_class(row, champion.schema.classes.at(row.label),
                other.classes.at(live ? shadow->second.label : computed.labels[i]), comparison);
    }
  }
  return comparison;
}

Json to_json(const ProbationReport& report) {
  return {{"champion", report.probation.champion},
          {"predecessor", report.probation.predecessor},
          {"since", to_rfc3339(report.probation.since)},
          {"outcomes", report.n},
          {"shadowed", report.n_shadowed},
          {"champion_score", json_number(report.champion)},
          {"predecessor_score", json_number(report.predecessor)},
          {"evidence", json_number(report.evidence)},
          {"level", report.level}};
}

void roll_back(const std::string& model, const ProbationReport& report,
               const registry::Registry& registry, Timestamp now) {
  const std::string text = fmt::format(
      "back to {0}@{1} from @{2}: on the same {3} outcomes @{2} scored {4:.4g}, @{1} {5:.4g}",
      model, report.probation.predecessor, report.probation.champion, report.n, report.champion,
      report.predecessor);
  registry.set_champion(model, report.probation.predecessor,
                        {.type = "rolled_back", .message = text, .evidence = to_json(report)});
  static_cast<void>(notify_channels(registry, model,
                                    {.model = model,
                                     .version = report.probation.predecessor,
                                     .rule = "probation",
                                     .subject = fmt::format("@{}", report.probation.champion),
                                     .severity = "critical",
                                     .status = "firing",
                                     .text = text,
                                     .next_command = fmt::format("mlops history {}", model),
                                     .since = report.probation.since,
                                     .changed_at = now,
                                     .evidence = to_json(report)}));
}

/// A probation that nothing ended stays open.
void conclude(const ProbationConfig& config, bool worse, const Environment& environment,
              ProbationReport& report) {
  const registry::Registry registry = environment.registry();
  const Timestamp now = environment.clock.now();
  if (worse) {
    report.verdict = ProbationVerdict::rolled_back;
    if (config.action == ProbationAction::act) roll_back(config.model, report, registry, now);
  } else if (now.micros - report.probation.since.micros >= config.length_micros) {
    report.verdict = ProbationVerdict::passed;
    if (config.action == ProbationAction::look) return;
    registry.append_event(
        config.model, {.type = kProbationEvent,
                       .message = fmt::format("{}@{} passed its probation on {} outcomes",
                                              config.model, report.probation.champion, report.n),
                       .evidence = to_json(report)});
  }
}

}  // namespace

void ProbationTest::add(double difference) noexcept {
  ++n_;
  for (std::size_t j = 0; j < kBets.size(); ++j)
    log_products_[j] += std::log1p(kBets[j] * difference);
  if (evidence() >= 1 / level_) worse_ = true;
}

double ProbationTest::evidence() const noexcept {
  double sum = 0;
  for (const double log_product : log_products_) sum += std::exp(std::min(log_product, 700.0));
  return sum / static_cast<double>(kBets.size());
}

std::optional<Probation> open_probation(const std::vector<registry::Event>& events,
                                        registry::Version champion) {
  const auto last = std::find_if(events.rbegin(), events.rend(), [](const registry::Event& event) {
    return event.type == "deployed" || event.type == "rolled_back" || event.type == kProbationEvent;
  });
  if (last == events.rend() || last->type != "deployed") return std::nullopt;
  const auto predecessor = last->evidence.value("probation_against", registry::Version{0});
  const auto promoted = last->evidence.value("version", registry::Version{0});
  if (predecessor == 0 || promoted != champion) return std::nullopt;
  return Probation{champion, predecessor, last->time};
}

std::string_view to_string(ProbationVerdict verdict) noexcept {
  switch (verdict) {
    case ProbationVerdict::open:
      return "open";
    case ProbationVerdict::passed:
      return "passed";
    case ProbationVerdict::rolled_back:
      return "rolled_back";
  }
  return "";
}

std::optional<ProbationReport> review_probation(const ProbationConfig& config,
                                                const std::vector<registry::Event>& events,
                                                const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const auto champion = registry.aliases(config.model).champion;
  auto open =
      champion && config.length_micros > 0 ? open_probation(events, *champion) : std::nullopt;
  std::optional<ProbationReport> report;
  if (open) {
    const Comparison comparison = compare(registry, config.model, *open, config.level);
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    const bool any = comparison.test.n() > 0;
    report = {.probation = *open,
              .n = comparison.test.n(),
              .n_shadowed = comparison.n_shadowed,
              .champion = any ? comparison.shown(comparison.champion) : kNone,
              .predecessor = any ? comparison.shown(comparison.predecessor) : kNone,
              .evidence = comparison.test.evidence(),
              .level = config.level};
    conclude(config, comparison.test.worse(), environment, *report);
    if (report->verdict != ProbationVerdict::open) open.reset();
  }
  if (config.action == ProbationAction::act) keep_shadow(config.model, events, open, registry);
  return report;
}

}  // namespace mlops::workflow
