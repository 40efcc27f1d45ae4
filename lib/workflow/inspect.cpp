#include "workflow/inspect.hpp"

#include "data/read_wishes.hpp"

namespace mlops::workflow {
namespace {

/// The folds that `train` would ask of every class.
constexpr unsigned kFolds = 5;

}  // namespace

InspectReport inspect(const InspectConfig& config) {
  data::ReadResult read =
      data::read_table(config.data, data::read_as_said(config.read, config.inference));
  data::InferenceOptions options = config.inference;
  options.choose_target = options.target.has_value();
  data::InferenceResult inferred = data::infer_schema(read.table, read.dialect, options);
  InspectReport report{.dialect = read.dialect,
                       .n_rows = read.table.n_rows,
                       .size_bytes = read.size_bytes,
                       .schema = std::move(inferred.schema),
                       .findings = std::move(read.findings)};
  const auto add = [&](const std::vector<data::Finding>& findings) {
    report.findings.insert(report.findings.end(), findings.begin(), findings.end());
  };
  add(inferred.findings);
  // Without a target nothing is about to be trained, and rows can't lack one.
  if (!report.schema.target.empty())
    add(data::check_training_data(read.table, report.schema, kFolds));
  return report;
}

}  // namespace mlops::workflow
