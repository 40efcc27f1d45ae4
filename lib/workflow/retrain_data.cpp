#include "workflow/retrain_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "data/conform.hpp"
#include "workflow/past_rows.hpp"
#include "workflow/repeats.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// Builds one text column cell by cell with a dictionary.
class TextColumnBuilder {
 public:
  explicit TextColumnBuilder(std::string name) { column_.name = std::move(name); }
  void add(const std::string& text) {
    if (text.empty()) {
      column_.codes.push_back(data::kMissingCode);
      return;
    }
    const auto [found, is_new] =
        codes_.emplace(text, static_cast<std::uint32_t>(column_.dictionary.size()));
    if (is_new) column_.dictionary.push_back(text);
    column_.codes.push_back(found->second);
  }
  [[nodiscard]] data::TableColumn take() { return std::move(column_); }

 private:
  data::TableColumn column_;
  std::map<std::string, std::uint32_t> codes_;
};

/// Decoders by version; a version that is gone leaves its rows out.
std::map<std::uint32_t, data::RowConformer> conformers_of(
    const registry::Registry& registry, const std::string& name,
    const std::vector<observe::LabelledPrediction>& labelled) {
  std::map<std::uint32_t, data::RowConformer> conformers;
  for (const auto& row : labelled) {
    if (conformers.contains(row.version)) continue;
    conformers.emplace(row.version,
                       data::RowConformer(watched_version(registry, name, row.version).schema));
  }
  return conformers;
}

/// The next version understands requests as the champion does: the marks in numbers stay.
void write_numbers_like(const data::Schema& schema, data::Table& table) {
  for (data::TableColumn& column : table.columns) {
    const data::ColumnSchema* known = schema.find(column.name);
    if (known == nullptr || !column.numeric) continue;
    column.decimal = known->decimal;
    column.thousands = known->thousands;
  }
}

}  // namespace

data::Table labelled_table(const registry::Registry& registry, const std::string& name,
                           const std::vector<observe::LabelledPrediction>& labelled,
                           const data::Schema& schema) {
  const auto conformers = conformers_of(registry, name, labelled);
  data::Table table{.n_rows = labelled.size()};
  for (const std::size_t index : schema.feature_columns()) {
    const data::ColumnSchema& wanted = schema.columns[index];
    const bool numeric = wanted.kind == data::ColumnKind::number;
    TextColumnBuilder texts(wanted.name);
    data::TableColumn numbers{.name = wanted.name, .numeric = true};
    for (const observe::LabelledPrediction& row : labelled) {
      const data::RowConformer& conformer = conformers.at(row.version);
      const auto feature = conformer.feature_index(wanted.name);
      const double cell = feature ? row.cells[*feature] : std::nan("");
      if (numeric) {
        numbers.numbers.push_back(cell);
      } else {
        texts.add(feature ? conformer.to_text(*feature, cell) : std::string());
      }
    }
    table.columns.push_back(numeric ? std::move(numbers) : texts.take());
  }
  if (schema.task == data::Task::regression) {
    data::TableColumn target{.name = schema.target, .numeric = true};
    for (const auto& row : labelled) target.numbers.push_back(std::stod(row.actual));
    table.columns.push_back(std::move(target));
  } else {
    TextColumnBuilder target(schema.target);
    for (const auto& row : labelled) target.add(row.actual);
    table.columns.push_back(target.take());
  }
  return table;
}

data::InferenceOptions inference_like(const data::Schema& schema) {
  data::InferenceOptions options{.target = schema.target, .task = schema.task};
  if (schema.task == data::Task::binary) options.positive = schema.positive();
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role == data::ColumnRole::ignored) options.drop.push_back(column.name);
    if (column.role == data::ColumnRole::weight) options.weights = column.name;
    if (column.role != data::ColumnRole::feature) continue;
    options.keep.push_back(column.name);
    options.kinds[column.name] = column.kind;
    if (!column.datetime_format.empty())
      options.datetime_formats[column.name] = column.datetime_format;
  }
  return options;
}

namespace {

/// Until when labels were in the training of a version; of a version that learnt from files only,
/// the epoch.
Timestamp labels_until_of(const registry::Registry& registry, const std::string& name,
                          registry::Version version) {
  const Json metadata = registry.manifest(name, version).metadata;
  const JsonObject lineage = JsonObject(metadata, "manifest").object("lineage");
  return {lineage.has("labels_until_micros") ? lineage.integer("labels_until_micros") : 0};
}

observe::ObservationStore observations(const registry::Registry& registry,
                                       const std::string& name) {
  return {registry.observations_path(name), SqliteOpen::read_only, observe::LogSync::off};
}

}  // namespace

std::uint64_t count_new_labels(const registry::Registry& registry, const std::string& name,
                               registry::Version champion) {
  const Timestamp until = labels_until_of(registry, name, champion);
  return observations(registry, name).n_labelled({until.micros + 1});
}

std::vector<observe::LabelledPrediction> new_labels(const registry::Registry& registry,
                                                    const std::string& name,
                                                    registry::Version champion) {
  const Timestamp until = labels_until_of(registry, name, champion);
  return observations(registry, name).labelled({until.micros + 1}, 0);
}

RetrainData assemble_retrain_data(const registry::Registry& registry, const std::string& name,
                                  registry::Version champion,
                                  const std::vector<Delivery>& deliveries) {
  const data::Schema schema = watched_version(registry, name, champion).schema;
  const auto labelled = new_labels(registry, name, champion);
  RetrainData assembled{.n_labelled = labelled.size()};
  assembled.labels_until = labels_until_of(registry, name, champion);
  for (const auto& row : labelled)
    assembled.labels_until = std::max(assembled.labels_until, row.labelled_at);

  const PastRows past = past_rows(registry, name, champion, schema);
  data::Table fresh = labelled_table(registry, name, labelled, schema);
  for (const Delivery& delivery : deliveries) {
    fresh.append(delivery.table);
    assembled.n_from_files += delivery.table.n_rows;
    assembled.files.push_back(delivery.sha256);
  }

  const data::Table unique = without_repeats(fresh, past.table, schema);
  assembled.n_duplicates = fresh.n_rows - unique.n_rows;
  assembled.n_old = past.table.n_rows;
  assembled.n_forgotten = past.n_forgotten;
  assembled.table = past.table;
  assembled.table.append(unique);
  if (assembled.table.n_rows == 0)
    throw Error(ErrorKind::not_found, "retrain.no_data",
                fmt::format("'{}' has no training snapshot, no labels and no new files", name),
                "name a file with --data, or send outcomes with mlops feedback");
  write_numbers_like(schema, assembled.table);
  const data::Dialect dialect{.decimal = schema.decimal, .missing_markers = schema.missing_markers};
  assembled.schema = data::infer_schema(assembled.table, dialect, inference_like(schema)).schema;
  return assembled;
}

}  // namespace mlops::workflow
