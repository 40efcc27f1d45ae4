#include "workflow/predict.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "base/file.hpp"
#include "commands/catalogue.hpp"
#include "data_options.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct PredictOptions {
  std::string reference;
  std::string data;
  std::string output = "-";
  bool explain = false;
  ReadFlags read;
};

/// What one kind of issue means for the answer.
std::string issue_text(data::CellIssueCode code, const std::string& column, std::size_t n,
                       const std::string& example) {
  using Code = data::CellIssueCode;
  if (code == Code::missing_column)
    return fmt::format("there is no column '{}': it is missing in every row", column);
  if (code == Code::unknown_column)
    return fmt::format("column '{}' is unknown to the model and ignored", column);
  const char* meaning = code == Code::unseen_category ? "never seen in training"
                        : code == Code::out_of_range  ? "outside the range of training"
                                                      : "unreadable and taken as missing";
  return fmt::format("column '{}': {} in {} row{}, such as '{}'", column, meaning, n,
                     n == 1 ? "" : "s", example);
}

/// One warning a column and kind of issue, with how many rows have it.
void warn_about(const std::vector<data::CellIssue>& issues, CommandContext& context) {
  std::map<std::pair<std::string, data::CellIssueCode>, std::pair<std::size_t, std::string>> found;
  for (const data::CellIssue& issue : issues) {
    auto& [count, example] = found[{issue.column, issue.code}];
    if (count++ == 0) example = issue.value;
  }
  for (const auto& [key, value] : found) {
    const auto& [column, code] = key;
    warn(context, fmt::format("{}: {}", data::to_string(code),
                              issue_text(code, column, value.first, value.second)));
  }
}

bool wants_jsonl(const PredictOptions& options, const CommandContext& context) {
  return context.options.json || options.output.ends_with(".jsonl");
}

int run_predict(const PredictOptions& options, CommandContext& context) {
  const workflow::PredictReport report = workflow::predict(
      {.reference = options.reference,
       .data = options.data,
       .read = to_read_options(options.read),
       .explain = options.explain ? workflow::Explain::yes : workflow::Explain::no},
      environment_of(context, "predict"));
  const std::string text = wants_jsonl(options, context) ? workflow::predictions_jsonl(report)
                                                         : workflow::predictions_csv(report);
  if (options.output == "-") {
    context.out.write(text);
  } else {
    write_file_atomically(options.output, text);
    note(context, fmt::format("{} predictions of {}@{} written to {}", report.predictions.n_rows,
                              report.model, report.version, options.output));
  }
  for (const data::Finding& finding : report.findings)
    warn(context, fmt::format("{}: {}", finding.code, finding.message));
  warn_about(report.issues, context);
  return to_status(ExitCode::ok);
}

}  // namespace

void add_predict(CLI::App& app, Action& action) {
  auto options = std::make_shared<PredictOptions>();
  Command* command = add_command(app, "predict", "Score a file without a server", kUseGroup);
  command->add_option("MODEL", options->reference, "name, name@version or name@alias")->required();
  command->add_option("DATA", options->data, "CSV, TSV or JSON lines, also .gz; - is stdin")
      ->required();
  command->add_option("-o,--output", options->output, "Where to write; .jsonl for JSON lines")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_flag("--explain", options->explain, "Add each feature's contribution");
  add_read_options(*command, options->read);
  set_help(*command,
           {.details = "Writes one row per input row, in order: prediction, then "
                       "probability_<class> for classes or lower,upper for numbers, then with "
                       "--explain contribution_<feature> and contribution_base. A target column "
                       "that is there is ignored. With --json one JSON object a line.",
            .examples = {{"mlops predict churn new.csv -o scored.csv", ""},
                         {"cat new.csv | mlops predict churn@4 - --json | jq .prediction", ""}},
            .exit_statuses = {{ExitCode::bad_data, "the file cannot be read"},
                              {ExitCode::not_found, "no such model, version or file"},
                              {ExitCode::corrupt, "the version is damaged"},
                              {ExitCode::io, ""}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_predict(*options, context); };
  });
}

}  // namespace mlops::app
