#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "auto_retrain.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "commands/catalogue.hpp"
#include "option_values.hpp"
#include "reload_signal.hpp"
#include "serve/server.hpp"
#include "serve_operations.hpp"
#include "use_case.hpp"
#include "version.hpp"
#include "workflow/notification.hpp"

namespace mlops::app {
namespace {

struct ServeOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string token_file;
  std::string log_sync = "full";
  std::string on_log_failure = "refuse";
  std::string access_log = "errors";
  std::string state;
  std::string web_dir;
  std::string auto_retrain;  ///< time between two runs; empty: none
  bool insecure = false;
};

/// What the process that retrains is given: low priority, half of the memory, an hour.
AutoRetrainConfig auto_retrain_config(const ServeOptions& options, const CommandContext& context) {
  return {.program = "/proc/self/exe",
          .arguments = {"retrain", "--all", "--if-needed", "--json", "--no-input", "--registry",
                        context.options.registry.string()},
          .interval_micros = std::max(duration_micros(options.auto_retrain), kMicrosPerSecond),
          .time_limit_micros = kMicrosPerHour,
          .memory_bytes = default_retrain_memory()};
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string read_token(const ServeOptions& options) {
  if (options.token_file.empty()) {
    if (!is_loopback(options.host) && !options.insecure)
      throw Error(ErrorKind::invalid_argument, "serve.no_token",
                  fmt::format("refusing to listen on {} without a token", options.host),
                  "add --token-file FILE, or --insecure if the network is yours");
    return {};
  }
  std::string token = read_file(options.token_file);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (token.empty())
    throw Error(ErrorKind::invalid_argument, "serve.empty_token",
                fmt::format("'{}' holds no token", options.token_file));
  return token;
}

serve::ServerConfig to_config(const ServeOptions& options, CommandContext& context) {
  serve::ServerConfig config{
      .registry_root = context.options.registry,
      .host = options.host,
      .port = options.port,
      .token = read_token(options),
      .log_sync = observe::parse_log_sync(options.log_sync).value_or(observe::LogSync::full),
      .on_log_failure =
          serve::parse_on_log_failure(options.on_log_failure).value_or(serve::OnLogFailure::refuse),
      .access_log = serve::parse_access_log(options.access_log).value_or(serve::AccessLog::errors),
      .program_version = kVersion};
  if (!options.state.empty()) config.state_directory = options.state;
  if (!options.web_dir.empty()) config.web_directory = options.web_dir;
  return config;
}

int run_serve(const ServeOptions& options, CommandContext& context) {
  const workflow::Environment environment = environment_of(context, "serve");
  const LogSink log = [&](const LogRecord& record) {
    if (record.level == LogLevel::debug && !context.options.verbose) return;
    if (record.level == LogLevel::info && context.options.quiet) return;
    context.err.write_line(to_json_line(record, to_rfc3339(environment.clock.now())));
  };
  install_reload_signal();
  serve::ServerConfig config = to_config(options, context);
  const registry::Registry registry = environment.registry();
  config.on_alerts = [&](const auto& health, const auto& changed) {
    try {
      workflow::announce_alerts(registry, health, changed);
    } catch (const Error& error) {
      log({LogLevel::error,
           "alert_not_announced",
           {{"model", health.model}, {"error", error.what()}}});
    }
  };
  ServeOperations operations(environment, log, [&options] { return read_token(options); });
  operations.hook_into(config);
  serve::Server server(std::move(config), environment.clock, log);
  operations.ready(server);
  context.out.write_line(fmt::format("serving {} model(s) on http://{}:{}", server.models().size(),
                                     options.host, server.port()));
  std::optional<AutoRetrain> retraining;
  if (!options.auto_retrain.empty()) retraining.emplace(auto_retrain_config(options, context), log);
  server.run(context.cancel);
  return to_status(ExitCode::ok);
}

HelpText help_text() {
  return {.details =
              "Answers predictions of every deployed model, takes feedback, shows the dashboard "
              "at /. Follows the registry: a deploy or rollback is live within a second. An "
              "answered prediction is in the log before the answer leaves; --log-sync says "
              "what it survives: full also power loss, normal a killed process, off neither. "
              "Where it cannot be written (a full disk) predictions are refused with 503, or "
              "answered and counted with --on-log-failure answer. SIGTERM drains and ends with 0; "
              "SIGHUP reads the token file again. Under systemd it says when it is ready and feeds "
              "the watchdog.",
          .examples = {{"mlops serve", "http://127.0.0.1:8080"},
                       {"mlops serve --host 0.0.0.0 --token-file token.txt", ""},
                       {"mlops serve --auto-retrain", "the model stays current by itself"},
                       {"curl -s localhost:8080/v1/models/churn/predict -d "
                        "'{\"instances\":[{\"plan\":\"basic\"}]}'",
                        ""}},
          .exit_statuses = {{ExitCode::not_found, "no registry"},
                            {ExitCode::unavailable, "the port is taken"},
                            {ExitCode::io, ""}}};
}

}  // namespace

void add_serve(CLI::App& app, Action& action) {
  auto options = std::make_shared<ServeOptions>();
  Command* command = add_command(app, "serve", "Serve every deployed model over HTTP", kUseGroup);
  command->add_option("--host", options->host, "Address to listen on")->capture_default_str();
  command->add_option("--port", options->port, "Port; 0 is any free one")->capture_default_str();
  command->add_option("--token-file", options->token_file, "File with the bearer token to ask for")
      ->type_name("FILE");
  command->add_flag("--insecure", options->insecure, "Listen beyond this machine without a token");
  command->add_option("--log-sync", options->log_sync, "What the prediction log survives")
      ->check(one_of({"full", "normal", "off"}))
      ->capture_default_str();
  add_flag_with_value(*command, "--auto-retrain", options->auto_retrain, "1m",
                      "Retrain by itself when needed, looking every minute or "
                      "--auto-retrain=DURATION")
      ->check(duration());
  command
      ->add_option("--on-log-failure", options->on_log_failure,
                   "Whether predictions that cannot be logged are refused or answered")
      ->check(one_of({"refuse", "answer"}))
      ->capture_default_str();
  command
      ->add_option("--access-log", options->access_log,
                   "Which requests are logged on stderr, one JSON object a line")
      ->check(one_of({"off", "errors", "all"}))
      ->capture_default_str();
  command
      ->add_option("--state", options->state,
                   "Where observations go when the registry is read-only")
      ->type_name("DIR");
  command->add_option("--web-dir", options->web_dir, "Serve the page's files from here")
      ->type_name("DIR");
  set_help(*command, help_text());
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_serve(*options, context); };
  });
}

}  // namespace mlops::app
