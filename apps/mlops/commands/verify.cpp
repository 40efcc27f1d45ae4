#include "commands/verify.hpp"

#include <fmt/format.h>

#include <memory>

#include "data_options.hpp"
#include "documents/verify_document.hpp"
#include "render/facts.hpp"
#include "render/lines.hpp"
#include "render/numbers.hpp"
#include "render/train_report.hpp"
#include "use_case.hpp"
#include "workflow/verify.hpp"

namespace mlops::app {
namespace {

struct VerifyOptions {
  std::string reference;
  std::string data;
  ReadFlags read;
};

std::string to_text(const workflow::VerifyReport& report,
                    const render::Capabilities& capabilities) {
  const auto score = [&](double value) { return render::score_text(value, capabilities); };
  render::Facts facts;
  facts.add("version", fmt::format("{}@{}", report.model, report.version));
  facts.add("result", report.identical() ? "identical: the same bytes again" : "differs",
            report.identical() ? render::Role::good : render::Role::critical);
  facts.add("recorded", report.recorded_sha256);
  facts.add("repeated", report.repeated_sha256);
  facts.add(report.metric, fmt::format("{} then, {} now", score(report.recorded_score),
                                       score(report.repeated_score)));
  facts.add("repeated with", fmt::format("{} trials, seed {}, {} threads", report.n_trials,
                                         report.seed, report.n_threads));
  facts.add("other trials", fmt::format("{}", fmt::join(report.different_trials, ", ")));
  facts.add("not as then", fmt::format("{}", fmt::join(report.circumstances, "; ")),
            render::Role::warning);
  return render::join_lines(facts.lines(capabilities), capabilities);
}

int run_verify(const VerifyOptions& options, CommandContext& context) {
  workflow::VerifyConfig config{.reference = options.reference,
                                .read = to_read_options(options.read)};
  if (!options.data.empty()) config.data = options.data;
  render::TrainProgress progress(context.err, context.options.quiet || context.options.json);
  const auto report =
      workflow::verify(config, environment_of(context, "verify"),
                       [&](const learn::Progress& event) { progress.on_progress(event); });
  progress.finish();
  if (context.options.json) {
    context.out.write_json(verify_document(report));
  } else {
    context.out.write(to_text(report, context.out.capabilities()));
  }
  return to_status(report.identical() ? ExitCode::ok : ExitCode::condition_true);
}

HelpText help_text() {
  return {.details =
              "Trains the version again from its recipe (options, seed, threads, number of "
              "trials, training rows) and compares the bytes. Also for versions whose search a "
              "time limit ended: the recorded trials are repeated. Changes nothing.",
          .examples = {{"mlops verify churn@3", ""},
                       {"mlops verify churn --data customers.csv",
                        "a version trained with --no-snapshot"}},
          .exit_statuses = {{ExitCode::ok, "the same bytes"},
                            {ExitCode::bad_data, "--data is not the file it was trained from"},
                            {ExitCode::not_found, "no such version, or its rows were not kept"},
                            {ExitCode::corrupt, ""},
                            {ExitCode::condition_true, "other bytes"},
                            {ExitCode::interrupted, ""}}};
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  auto options = std::make_shared<VerifyOptions>();
  Command* command =
      add_command(app, "verify", "Train a version again and compare the bytes", kRegistryGroup);
  command->add_option("MODEL", options->reference, "name, name@3, name@champion ...")->required();
  command->add_option("--data", options->data, "Training rows the registry does not keep")
      ->type_name("FILE");
  add_read_options(*command, options->read);
  set_help(*command, help_text());
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_verify(*options, context); };
  });
}

}  // namespace mlops::app
