#include "workflow/retrain_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "base/hash.hpp"
#include "data/conform.hpp"
#include "data/read_wishes.hpp"
#include "data/reader.hpp"
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

/// A table's rows as text keys over the columns that matter, for finding repeats.
std::vector<std::string> row_keys(const data::Table& table, const data::Schema& schema) {
  std::vector<const data::TableColumn*> columns;
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role == data::ColumnRole::ignored) continue;
    columns.push_back(table.find(column.name));
  }
  std::vector<std::string> keys(table.n_rows);
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    std::string text;
    for (const data::TableColumn* column : columns) {
      text += column == nullptr ? std::string() : column->text(row);
      text += '\x1f';
    }
    keys[row] = sha256_hex(text);
  }
  return keys;
}

/// Rows of `fresh` that neither `old` nor an earlier row of `fresh` has.
data::Table without_repeats(const data::Table& fresh, const data::Table& old,
                            const data::Schema& schema) {
  const auto old_keys = row_keys(old, schema);
  std::unordered_set<std::string> seen(old_keys.begin(), old_keys.end());
  const auto keys = row_keys(fresh, schema);
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < keys.size(); ++row) {
    if (seen.insert(keys[row]).second) kept.push_back(row);
  }
  return fresh.select_rows(kept);
}

/// An empty table with the schema's used columns.
data::Table empty_like(const data::Schema& schema) {
  data::Table table;
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role == data::ColumnRole::ignored) continue;
    table.columns.push_back(
        {.name = column.name, .numeric = column.kind == data::ColumnKind::number});
  }
  return table;
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

/// Why a file cannot be learnt from; empty when it can.
std::string misfit(const data::Table& table, const data::Schema& schema) {
  std::vector<std::string> absent;
  for (const data::ColumnSchema& column : schema.columns) {
    if (column.role != data::ColumnRole::ignored && table.find(column.name) == nullptr)
      absent.push_back(column.name);
  }
  if (!absent.empty()) return fmt::format("it has no column {}", fmt::join(absent, ", "));
  const data::TableColumn* target = table.find(schema.target);
  for (const data::ColumnSchema& column : schema.columns) {
    const data::TableColumn* cells = table.find(column.name);
    if (column.role == data::ColumnRole::feature && column.kind == data::ColumnKind::number &&
        !cells->numeric && !cells->dictionary.empty())
      return fmt::format("column '{}' was a number and now holds '{}'", column.name,
                         cells->dictionary.front());
  }
  if (schema.task == data::Task::regression) {
    if (!target->numeric) return fmt::format("its target '{}' is not a number", schema.target);
    return {};
  }
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    const std::string text = target->text(row);
    if (!text.empty() &&
        std::find(schema.classes.begin(), schema.classes.end(), text) == schema.classes.end())
      return fmt::format("its target '{}' has a class '{}' that the model does not know",
                         schema.target, text);
  }
  return {};
}

void read_file_into(const std::filesystem::path& file, const data::Schema& schema,
                    data::Table& fresh, RetrainData& assembled) {
  try {
    const data::ReadResult read = data::read_table(file, data::read_to_fit({}, schema));
    const std::string reason = misfit(read.table, schema);
    if (reason.empty()) {
      fresh.append(read.table);
      assembled.n_from_files += read.table.n_rows;
    } else {
      assembled.quarantined.push_back({file.string(), reason});
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    assembled.quarantined.push_back({file.string(), error.what()});
  }
}

std::optional<data::Table> snapshot_of(const registry::Registry& registry,
                                       const registry::Manifest& manifest,
                                       const data::Schema& schema) {
  const Json& snapshot =
      JsonObject(manifest.metadata, "manifest").object("data").member("snapshot");
  if (!snapshot.is_string()) return std::nullopt;
  return data::read_table_from_bytes(registry.load_dataset(snapshot.get<std::string>()),
                                     "training snapshot.csv", data::read_as_written(schema))
      .table;
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

std::vector<observe::LabelledPrediction> new_labels(const registry::Registry& registry,
                                                    const std::string& name,
                                                    registry::Version champion) {
  const Json metadata = registry.manifest(name, champion).metadata;
  const JsonObject lineage = JsonObject(metadata, "manifest").object("lineage");
  const Timestamp after{lineage.has("labels_until_micros") ? lineage.integer("labels_until_micros")
                                                           : 0};
  const observe::ObservationStore store(registry.observations_path(name), SqliteOpen::read_only,
                                        observe::LogSync::off);
  std::vector<observe::LabelledPrediction> labelled = store.labelled({}, 0);
  std::erase_if(labelled, [&](const auto& row) { return row.labelled_at <= after; });
  return labelled;
}

RetrainData assemble_retrain_data(const registry::Registry& registry, const std::string& name,
                                  registry::Version champion,
                                  const std::vector<std::filesystem::path>& files) {
  const data::Schema schema = watched_version(registry, name, champion).schema;
  const auto labelled = new_labels(registry, name, champion);
  RetrainData assembled{.n_labelled = labelled.size()};
  for (const auto& row : labelled)
    assembled.labels_until = std::max(assembled.labels_until, row.labelled_at);

  const auto snapshot = snapshot_of(registry, registry.manifest(name, champion), schema);
  const data::Table old = snapshot ? *snapshot : empty_like(schema);
  data::Table fresh = labelled_table(registry, name, labelled, schema);
  for (const std::filesystem::path& file : files) read_file_into(file, schema, fresh, assembled);

  const data::Table unique = without_repeats(fresh, old, schema);
  assembled.n_duplicates = fresh.n_rows - unique.n_rows;
  assembled.n_old = old.n_rows;
  assembled.table = old;
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
