#include "model/model.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "model/bundle.hpp"
#include "model/contribution.hpp"
#include "model/pipeline.hpp"

namespace mlops::model {
namespace {

constexpr const char* kSchemaFile = "schema.json";
constexpr const char* kBundleFile = "model.bin";

/// Throws invalid_argument when the pipeline answers another question than the schema asks.
void check_fit(const data::Schema& schema, const Pipeline& pipeline, std::size_t n_features) {
  pipeline.validate();
  const std::size_t n_classes = schema.task == data::Task::regression ? 0 : schema.classes.size();
  if (pipeline.task == schema.task && pipeline.n_classes == n_classes &&
      pipeline.encoders.front().n_features() == n_features) {
    return;
  }
  throw Error(ErrorKind::invalid_argument, "model.bad_pipeline",
              fmt::format("a {} pipeline of {} features and {} classes for a {} schema of {} "
                          "features and {} classes",
                          data::to_string(pipeline.task), pipeline.encoders.front().n_features(),
                          pipeline.n_classes, data::to_string(schema.task), n_features, n_classes));
}

data::Schema load_schema(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    return data::schema_from_json(parse_json(text, kSchemaFile));
  } catch (const Error& error) {
    throw Error(ErrorKind::corrupt, "model.corrupt_schema",
                fmt::format("{}: {}", path.string(), error.what()));
  }
}

std::shared_ptr<const Pipeline> load_pipeline(const std::filesystem::path& path) {
  const MappedFile file(path);
  try {
    return std::make_shared<const Pipeline>(pipeline_from_bytes(file.bytes()));
  } catch (const Error& error) {
    throw error.with_context(path.string());
  }
}

}  // namespace

Model::Model(data::Schema schema, std::shared_ptr<const Pipeline> pipeline)
    : schema_(std::move(schema)), conformer_(schema_), pipeline_(std::move(pipeline)) {
  check_fit(schema_, *pipeline_, conformer_.n_features());
}

Model Model::load(const std::filesystem::path& directory) {
  data::Schema schema = load_schema(directory / kSchemaFile);
  auto pipeline = load_pipeline(directory / kBundleFile);
  try {
    return {std::move(schema), std::move(pipeline)};
  } catch (const Error& error) {
    throw Error(ErrorKind::corrupt, "model.corrupt_bundle",
                fmt::format("{}: {}", directory.string(), error.what()));
  }
}

void Model::save(const std::filesystem::path& directory) const {
  write_file_atomically(directory / kSchemaFile, dump_json_pretty(data::to_json(schema_)));
  write_file_atomically(directory / kBundleFile, pipeline_to_bytes(*pipeline_));
}

std::string Model::description() const {
  return describe(*pipeline_);
}

data::Predictions Model::predict(const data::ConformedRows& rows) const {
  return model::predict(*pipeline_, rows);
}

Contributions Model::explain(const data::ConformedRows& rows) const {
  return model::explain(*pipeline_, rows, predict(rows));
}

}  // namespace mlops::model
