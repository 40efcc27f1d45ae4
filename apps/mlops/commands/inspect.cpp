#include "workflow/inspect.hpp"

#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "data_options.hpp"
#include "documents/documents.hpp"
#include "render/inspect.hpp"

namespace mlops::app {
namespace {

struct InspectOptions {
  std::string data;
  ReadFlags read;
  InferenceFlags inference;
};

int run_inspect(const InspectOptions& options, CommandContext& context) {
  const workflow::InspectReport report =
      workflow::inspect({.data = options.data,
                         .read = to_read_options(options.read),
                         .inference = to_inference_options(options.inference)});
  if (context.options.json) {
    context.out.write_json(inspect_document(report));
  } else {
    context.out.write(render::inspect(report, context.out.capabilities()));
  }
  const std::string& target = options.inference.target;
  suggest_next(context, fmt::format("mlops train {} --target {}", options.data,
                                    target.empty() ? "COL" : target));
  return to_status(ExitCode::ok);
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  auto options = std::make_shared<InspectOptions>();
  Command* command =
      add_command(app, "inspect", "Show what a file looks like to the reader", kBuildGroup);
  command->add_option("DATA", options->data, "CSV, TSV or JSON lines, also .gz; - is stdin")
      ->required();
  add_inference_options(*command, options->inference);
  add_read_options(*command, options->read);
  set_help(*command,
           {.details = "Dialect, columns, kinds, missing values, examples and findings. Trains "
                       "nothing, writes nothing.",
            .examples = {{"mlops inspect customers.csv", ""},
                         {"mlops inspect customers.csv --target churned --json", ""}},
            .exit_statuses = {{ExitCode::bad_data, "the file cannot be read rightly"},
                              {ExitCode::not_found, "no such file or column"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_inspect(*options, context); };
  });
}

}  // namespace mlops::app
