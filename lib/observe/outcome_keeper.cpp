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
    if (progress.layout)
      versions_.emplace(version, Counted{std::move(progress), RecordCursor(database, version)});
}

void OutcomeKeeper::count(const LabelChange& change) {
  for (auto& [version, counted] : versions_)
    if (version == change.version || counted.progress.has_shadow)
      count_for(version, counted, change);
}

void OutcomeKeeper::count_for(std::uint32_t version, const LabelChange& change) {
  const auto found = versions_.find(version);
  if (found != versions_.end()) count_for(version, found->second, change);
}

void OutcomeKeeper::count_for(std::uint32_t version, Counted& counted, const LabelChange& change) {
  if (!counted.records.seek(change.id)) return;
  const SketchLayout& layout = *counted.progress.layout;
  const EncodedRow row = counted.records.row(change.id);
  LabelledRow labelled{counted.records.time(), change.came, row.cells, {}};
  // What is still to be counted with its truth must not be counted twice.
  const auto is_counted = [&](std::int64_t hour) {
    return change.id < counted.progress.labels_counted_to || hour < counted.progress.pruned_to;
  };
  const auto change_in = [&]<typename Sketch>(std::map<Key, Sketch>& sketches, std::int64_t hour) {
    if (!is_counted(hour)) return;
    Sketch& sketch = loaded(sketches, *database_, version, layout, hour);
    const auto loss_of = [&](const std::string& actual) {
      const auto loss = row_loss(layout, row.outputs, row.label, actual);
      if (loss) labelled.loss = *loss;
      return loss.has_value();
    };
    if (change.before && loss_of(*change.before)) sketch.remove(layout, labelled);
    if (loss_of(change.after)) sketch.add(layout, labelled);
  };
  change_in(outcomes_, hour_of(labelled.predicted));
  change_in(arrivals_, hour_of(change.came));
}

void OutcomeKeeper::write() {
  for (const auto& [key, sketch] : outcomes_)
    store_sketch(*database_, key.first, key.second, sketch);
  for (const auto& [key, sketch] : arrivals_)
    store_sketch(*database_, key.first, key.second, sketch);
}

std::int64_t for_each_labelled(SqliteDatabase& database, std::uint32_t version,
                               const SketchLayout& layout, std::int64_t first_id,
                               std::int64_t n_labels,
                               const std::function<void(const LabelledRow&)>& visit) {
  SqliteStatement labels =
      database.prepare("SELECT id, time, actual FROM label WHERE id >= ?1 ORDER BY id");
  labels.bind(1, first_id);
  RecordCursor records(database, version);
  for (std::int64_t n = 0; labels.step(); ++n) {
    const std::int64_t id = labels.integer(0);
    if (n == n_labels) return id;
    if (!records.seek(id)) continue;
    const EncodedRow row = records.row(id);
    const auto loss = row_loss(layout, row.outputs, row.label, labels.text(2));
    if (loss) visit({records.time(), {labels.integer(1)}, row.cells, *loss});
  }
  return INT64_MAX;
}

bool count_labels(SqliteDatabase& database, std::uint32_t version) {
  ProgressByVersion all = load_progress(database);
  const auto found = all.find(version);
  if (found == all.end() || !found->second.layout) return false;
  SketchProgress& progress = found->second;
  if (progress.labels_counted_to == INT64_MAX) return false;
  const SketchLayout& layout = *progress.layout;
  std::map<std::pair<std::uint32_t, std::int64_t>, OutcomeSketch> outcomes;
  std::map<std::pair<std::uint32_t, std::int64_t>, ArrivalSketch> arrivals;
  const auto add_to = [&](auto& sketches, std::int64_t hour, const LabelledRow& row) {
    if (hour >= progress.pruned_to)
      loaded(sketches, database, version, layout, hour).add(layout, row);
  };
  progress.labels_counted_to =
      for_each_labelled(database, version, layout, progress.labels_counted_to, kLabelsInPiece,
                        [&](const LabelledRow& row) {
                          add_to(outcomes, hour_of(row.predicted), row);
                          add_to(arrivals, hour_of(row.came), row);
                        });
  for (const auto& [key, sketch] : outcomes) store_sketch(database, version, key.second, sketch);
  for (const auto& [key, sketch] : arrivals) store_sketch(database, version, key.second, sketch);
  store_progress(database, version, progress);
  return progress.labels_counted_to != INT64_MAX;
}

}  // namespace mlops::observe
