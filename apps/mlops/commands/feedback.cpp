#include "workflow/feedback.hpp"

#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct FeedbackOptions {
  std::string model;
  std::string data;
  std::string id_column = "id";
  std::string actual_column;
};

int run_feedback(const FeedbackOptions& options, CommandContext& context) {
  workflow::FeedbackConfig config{
      .model = options.model, .data = options.data, .id_column = options.id_column};
  if (!options.actual_column.empty()) config.actual_column = options.actual_column;
  const workflow::FeedbackReport report =
      workflow::feedback(config, environment_of(context, "feedback"));
  if (context.options.json) {
    context.out.write_json(feedback_document(report));
  } else {
    context.out.write_line(fmt::format(
        "{} outcomes accepted, {} corrected, {} known already, {} for unknown predictions",
        report.result.accepted, report.result.corrected, report.result.duplicate,
        report.result.unknown));
    if (report.n_without_truth > 0)
      context.out.write_line(
          fmt::format("{} rows without an outcome left out", report.n_without_truth));
  }
  suggest_next(context, fmt::format("mlops monitor {}", report.model));
  return to_status(ExitCode::ok);
}

}  // namespace

void add_feedback(CLI::App& app, Action& action) {
  auto options = std::make_shared<FeedbackOptions>();
  Command* command =
      add_command(app, "feedback", "Say what became of logged predictions", kUseGroup);
  command->add_option("MODEL", options->model, "name")->required();
  command->add_option("DATA", options->data, "CSV, TSV or JSON lines, also .gz; - is stdin")
      ->required();
  command
      ->add_option("--id-column", options->id_column,
                   "Column with the prediction's id or the client's own")
      ->type_name("COL")
      ->capture_default_str();
  command
      ->add_option("--actual-column", options->actual_column,
                   "Column with the outcome; 'actual' or the target unless given")
      ->type_name("COL");
  set_help(*command,
           {.details = "Works beside a running server. Sending the same outcome twice changes "
                       "nothing; another outcome corrects the past and keeps its history.",
            .examples = {{"mlops feedback churn outcomes.csv", "columns id and actual"},
                         {"mlops feedback churn march.csv --id-column customer_id", ""}},
            .exit_statuses = {{ExitCode::bad_data, "an outcome cannot be this model's"},
                              {ExitCode::not_found, "no such model, file or column"},
                              {ExitCode::conflict, ""},
                              {ExitCode::io, ""}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_feedback(*options, context); };
  });
}

}  // namespace mlops::app
