#include "render/inspect.hpp"

#include <fmt/format.h>

#include "render/dialect.hpp"
#include "render/facts.hpp"
#include "render/findings.hpp"
#include "render/numbers.hpp"
#include "render/schema_table.hpp"

namespace mlops::render {
std::string inspect(const workflow::InspectReport& report, const Capabilities& capabilities) {
  Facts facts;
  facts.add("rows", count_text(report.n_rows, capabilities));
  facts.add("columns", count_text(report.schema.columns.size(), capabilities));
  facts.add("size", size_text(report.size_bytes));
  facts.add("read as", dialect_text(report.dialect));
  facts.add("missing", markers_text(report.dialect));
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
