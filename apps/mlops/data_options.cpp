#include "data_options.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "option_values.hpp"

namespace mlops::app {
namespace {

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names = {"number", "boolean",    "category", "datetime",
                                                 "text",   "identifier", "constant"};
  return names;
}

/// One character, or a name for those that are hard to type.
std::optional<char> parse_character(const std::string& text, const char* option) {
  if (text.empty()) return std::nullopt;
  if (text.size() == 1) return text.front();
  if (text == "tab" || text == "\\t") return '\t';
  if (text == "comma") return ',';
  if (text == "semicolon") return ';';
  if (text == "space") return ' ';
  if (text == "pipe") return '|';
  throw Error(ErrorKind::invalid_argument, "usage.bad_value",
              fmt::format("{}: '{}' is not one character", option, text),
              "one character, or tab, comma, semicolon, space, pipe");
}

std::optional<char> parse_quote(const std::string& text) {
  return text == "none" ? '\0' : parse_character(text, "--quote");
}

/// Adds "COL=KIND" or "COL=datetime:FORMAT".
void add_kind(const std::string& text, data::InferenceOptions& options) {
  constexpr std::string_view kWithFormat = "=datetime:";
  if (const std::size_t at = text.find(kWithFormat); at != std::string::npos) {
    const std::string column = text.substr(0, at);
    options.kinds[column] = data::ColumnKind::datetime;
    options.datetime_formats[column] = text.substr(at + kWithFormat.size());
    return;
  }
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos)
    throw Error(ErrorKind::invalid_argument, "usage.bad_value",
                fmt::format("--kind: '{}' has no '='", text), "write --kind COLUMN=KIND");
  const std::string name = text.substr(equals + 1);
  const auto kind = data::parse_column_kind(name);
  if (!kind)
    throw Error(ErrorKind::invalid_argument, "usage.bad_value",
                fmt::format("--kind: '{}' is not a kind of column", name),
                fmt::format("{} kinds are {}", did_you_mean(name, kind_names()),
                            fmt::join(kind_names(), ", ")));
  options.kinds[text.substr(0, equals)] = *kind;
}

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

void add_read_options(CLI::App& command, ReadFlags& flags) {
  const char* group = "How to read the file (detected unless given)";
  command.add_option("--separator", flags.separator, "Field separator, or tab, semicolon, ...")
      ->type_name("CHAR")
      ->group(group);
  command.add_option("--quote", flags.quote, "What encloses fields, or none")
      ->type_name("CHAR")
      ->group(group);
  command.add_option("--encoding", flags.encoding, "How bytes are characters")
      ->check(one_of({"auto", "utf-8", "latin-1", "utf-16le", "utf-16be"}))
      ->capture_default_str()
      ->group(group);
  command.add_option("--decimal", flags.decimal, "Decimal mark")->type_name("CHAR")->group(group);
  command.add_option("--thousands", flags.thousands, "Thousands separator")
      ->type_name("CHAR")
      ->group(group);
  command.add_option("--header", flags.header, "Whether the first record names the columns")
      ->check(one_of({"auto", "yes", "no"}))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--missing", flags.missing,
                  "Text that means missing, instead of NA, null, ? ...; repeatable")
      ->type_name("TEXT")
      ->group(group);
  command.add_option("--skip-lines", flags.skip_lines, "Lines to leave out at the top")
      ->type_name("LINES")
      ->capture_default_str()
      ->group(group);
  command.add_option("--on-bad-row", flags.on_bad_row, "What to do with a row that does not fit")
      ->check(one_of({"fail", "skip", "missing"}))
      ->capture_default_str()
      ->group(group);
}

void add_inference_options(CLI::App& command, InferenceFlags& flags) {
  const char* group = "What the columns mean (inferred unless given)";
  command.add_option("--target", flags.target, "Column to predict; the last one unless given")
      ->type_name("COL")
      ->group(group);
  command.add_option("--task", flags.task, "What is predicted")
      ->check(one_of({"auto", "binary", "multiclass", "regression"}))
      ->capture_default_str()
      ->group(group);
  command.add_option("--positive", flags.positive, "Label of the positive class")
      ->type_name("LABEL")
      ->group(group);
  command.add_option("--weights", flags.weights, "Column of row weights")
      ->type_name("COL")
      ->group(group);
  command.add_option("--keep", flags.keep, "Use a column that would be left out; repeatable")
      ->type_name("COL")
      ->group(group);
  command.add_option("--drop", flags.drop, "Never use a column; repeatable")
      ->type_name("COL")
      ->group(group);
  command
      .add_option("--kind", flags.kinds,
                  "Fix a column's kind, of dates also datetime:FORMAT; repeatable")
      ->type_name("COL=KIND")
      ->group(group);
}

data::ReadOptions to_read_options(const ReadFlags& flags) {
  data::ReadOptions options{.separator = parse_character(flags.separator, "--separator"),
                            .quote = parse_quote(flags.quote),
                            .decimal = parse_character(flags.decimal, "--decimal"),
                            .thousands = parse_character(flags.thousands, "--thousands"),
                            .skip_lines = flags.skip_lines,
                            .threads = flags.threads};
  if (flags.header != "auto") options.header = flags.header == "yes";
  if (!flags.missing.empty()) options.missing_markers = flags.missing;
  options.encoding = data::parse_encoding(flags.encoding);
  options.on_bad_row = data::parse_on_bad_row(flags.on_bad_row).value_or(data::OnBadRow::fail);
  return options;
}

data::InferenceOptions to_inference_options(const InferenceFlags& flags) {
  data::InferenceOptions options{.target = given(flags.target),
                                 .positive = given(flags.positive),
                                 .weights = given(flags.weights),
                                 .keep = flags.keep,
                                 .drop = flags.drop};
  if (flags.task != "auto") options.task = data::parse_task(flags.task);
  for (const std::string& text : flags.kinds) add_kind(text, options);
  return options;
}

}  // namespace mlops::app
