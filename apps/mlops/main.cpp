// Parse, run the chosen action, map errors to an exit status; nothing else.
#include <unistd.h>

#include <exception>
#include <filesystem>

#include "command.hpp"
#include "commands/catalogue.hpp"
#include "failure.hpp"
#include "help_text.hpp"
#include "interruption.hpp"
#include "parse.hpp"

namespace mlops::app {
namespace {

constexpr int kSignalStatusBase = 128;  // the shells' convention: 128 + signal

Terminal open_terminal(Terminal::Stream stream, const GlobalOptions& options) {
  const int descriptor = stream == Terminal::Stream::out ? STDOUT_FILENO : STDERR_FILENO;
  return {stream, decide_capabilities(probe_stream(descriptor),
                                      {.color = options.color, .ascii = options.ascii},
                                      process_environment())};
}

int run(const std::vector<std::string>& arguments, GlobalOptions& options) {
  Action action;
  const auto app = make_program(options);
  add_commands(*app, action);
  const auto config_file = find_config_file(arguments, process_environment());
  const auto overrides = apply_overrides(*app, config_file, process_environment());
  const ParseOutcome outcome = parse(*app, arguments);
  Terminal out = open_terminal(Terminal::Stream::out, options);
  Terminal err = open_terminal(Terminal::Stream::err, options);
  if (outcome.kind == ParseOutcome::Kind::print) {
    out.write(outcome.text);
    return to_status(ExitCode::ok);
  }
  const auto settings = describe_settings(*app, overrides);
  CommandContext context{options, settings, out, err, install_interruption()};
  return action(context);
}

int report(const Error& error, const GlobalOptions& options) {
  int status = to_status(exit_code_of(error.kind()));
  if (error.kind() == ErrorKind::interrupted && received_signal()) {
    status = kSignalStatusBase + *received_signal();
  }
  Terminal err = open_terminal(Terminal::Stream::err, options);
  err.write(options.json ? failure_json(error, status) : failure_text(error, err.capabilities()));
  return status;
}

int guarded_run(const std::vector<std::string>& arguments) {
  GlobalOptions options;
  options.json = mentions(arguments, "--json");  // also while parsing fails
  options.ascii = mentions(arguments, "--ascii");
  try {
    return run(arguments, options);
  } catch (const Error& error) {
    return report(error, options);
  } catch (const ReaderGone&) {
    return to_status(ExitCode::ok);
  } catch (const std::filesystem::filesystem_error& error) {
    return report(Error(ErrorKind::io, "file.failed", error.what()), options);
  } catch (const std::exception& error) {
    return report(Error(ErrorKind::internal, "internal", error.what(),
                        "this is a bug; please report the command and this line"),
                  options);
  }
}

}  // namespace
}  // namespace mlops::app

int main(int argc, char** argv) {
  using namespace mlops::app;
  if (argc < 2) {
    Terminal(Terminal::Stream::err, {}).write(concise_help());
    return to_status(ExitCode::usage);
  }
  return guarded_run({argv + 1, argv + argc});
}
