#include "observe/outcome_keeper.hpp"

#include <algorithm>

namespace mlops::observe {
namespace {

/// The sketch of that key, read from the store when it is first asked for.
template <typename Sketch>
Sketch& loaded(std::map<std::pair<std::uint32_t, std::int64_t>, Sketch>& sketches,
               SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout,
               std::int64_t hour) {
  const auto found = sketches.find({version, hour});
  if (found != sketches.end()) return found->second;
  Sketch sketch = load_sketch<Sketch>(database, version, layout, hour);
  return sketches.emplace(std::pair(version, hour), std::move(sketch)).first->second;
}

}  // namespace

OutcomeKeeper::OutcomeKeeper(SqliteDatabase& database) : database_(&database) {
  for (auto& [version, progress] : load_progress(database))
    if (progress.layout && progress.labels_counted)
      versions_.emplace(version, Counted{std::move(*progress.layout), progress.has_shadow,
                                         RecordCursor(database, version)});
}

void OutcomeKeeper::count(const LabelChange& change) {
  for (auto& [version, counted] : versions_)
    if (version == change.version || counted.has_shadow) count_for(version, counted, change);
}

void OutcomeKeeper::count_for(std::uint32_t version, Counted& counted, const LabelChange& change) {
  if (!counted.records.seek(change.id)) return;
  const SketchLayout& layout = counted.layout;
  const EncodedRow row = counted.records.row(change.id);
  LabelledRow labelled{counted.records.time(), change.came, row.cells, {}};
  OutcomeSketch& outcomes =
      loaded(outcomes_, *database_, version, layout, hour_of(labelled.predicted));
  ArrivalSketch& arrivals = loaded(arrivals_, *database_, version, layout, hour_of(change.came));
  if (change.before) {
    if (const auto loss = row_loss(layout, row.outputs, row.label, *change.before)) {
      labelled.loss = *loss;
      outcomes.remove(layout, labelled);
      arrivals.remove(layout, labelled);
    }
  }
  if (const auto loss = row_loss(layout, row.outputs, row.label, change.after)) {
    labelled.loss = *loss;
    outcomes.add(layout, labelled);
    arrivals.add(layout, labelled);
  }
}

void OutcomeKeeper::write() {
  for (const auto& [key, sketch] : outcomes_)
    store_sketch(*database_, key.first, key.second, sketch);
  for (const auto& [key, sketch] : arrivals_)
    store_sketch(*database_, key.first, key.second, sketch);
}

void for_each_labelled(SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout,
                       const std::function<void(const LabelledRow&)>& visit) {
  SqliteStatement labels = database.prepare("SELECT id, time, actual FROM label ORDER BY id");
  RecordCursor records(database, version);
  while (labels.step()) {
    const std::int64_t id = labels.integer(0);
    if (!records.seek(id)) continue;
    const EncodedRow row = records.row(id);
    const auto loss = row_loss(layout, row.outputs, row.label, labels.text(2));
    if (loss) visit({records.time(), {labels.integer(1)}, row.cells, *loss});
  }
}

void count_labels(SqliteDatabase& database, std::uint32_t version, const SketchProgress& progress) {
  delete_sketches(database, version, SketchKind::outcomes, progress.pruned_to);
  delete_sketches(database, version, SketchKind::arrivals, progress.pruned_to);
  const SketchLayout& layout = *progress.layout;
  std::map<std::int64_t, OutcomeSketch> outcomes;
  std::map<std::int64_t, ArrivalSketch> arrivals;
  for_each_labelled(database, version, layout, [&](const LabelledRow& row) {
    const std::int64_t predicted = hour_of(row.predicted);
    if (predicted >= progress.pruned_to)
      outcomes.try_emplace(predicted, layout).first->second.add(layout, row);
    const std::int64_t came = hour_of(row.came);
    if (came >= progress.pruned_to)
      arrivals.try_emplace(came, layout).first->second.add(layout, row);
  });
  for (const auto& [hour, sketch] : outcomes) store_sketch(database, version, hour, sketch);
  for (const auto& [hour, sketch] : arrivals) store_sketch(database, version, hour, sketch);
}

}  // namespace mlops::observe
