#include "render/inspect.hpp"

#include <fmt/format.h>

#include "render/facts.hpp"
#include "render/findings.hpp"
#include "render/numbers.hpp"
#include "render/schema_table.hpp"

namespace mlops::render {
namespace {

std::string separator_name(char separator) {
  switch (separator) {
    case '\t':
      return "tab";
    case ' ':
      return "space";
    default:
      return fmt::format("'{}'", separator);
  }
}

std::string dialect_text(const data::Dialect& dialect) {
  std::string text = dialect.format;
  if (!dialect.compression.empty()) text += " (" + dialect.compression + ")";
  text += ", " + dialect.encoding;
  if (dialect.format == "jsonl") return text;
  text += ", separator " + separator_name(dialect.separator);
  text += dialect.header ? ", header" : ", no header";
  text += ", line ends " + dialect.line_end;
  if (dialect.decimal != '.') text += fmt::format(", decimal '{}'", dialect.decimal);
  if (dialect.thousands) text += fmt::format(", thousands '{}'", *dialect.thousands);
  return text;
}

}  // namespace

std::string inspect(const workflow::InspectReport& report, const Capabilities& capabilities) {
  Facts facts;
  facts.add("rows", count_text(report.n_rows, capabilities));
  facts.add("columns", count_text(report.schema.columns.size(), capabilities));
  facts.add("size", size_text(report.size_bytes));
  facts.add("read as", dialect_text(report.dialect));
  if (!report.schema.target.empty()) {
    facts.add("target",
              fmt::format("{} ({})", report.schema.target, data::to_string(report.schema.task)));
  }
  std::string text = join_lines(facts.lines(capabilities), capabilities) + "\n" +
                     to_text(schema_table(report.schema, capabilities), capabilities);
  const Lines findings = finding_lines(report.findings, capabilities);
  if (!findings.empty()) text += "\n" + join_lines(findings, capabilities);
  return text;
}

}  // namespace mlops::render
