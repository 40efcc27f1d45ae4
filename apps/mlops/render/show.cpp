#include "render/show.hpp"

#include <fmt/format.h>

#include <limits>

#include "render/dialect.hpp"
#include "render/facts.hpp"
#include "render/findings.hpp"
#include "render/leaderboard.hpp"
#include "render/numbers.hpp"
#include "render/recorded.hpp"
#include "render/schema_table.hpp"
#include "render/score_facts.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kShownTrials = 10;
constexpr std::size_t kShownHash = 12;

/// "champion", "challenger (shadow)", "previous", or nothing.
std::string role_text(const workflow::VersionDetails& details) {
  const registry::Version version = details.manifest.version;
  const registry::Aliases& aliases = details.aliases;
  if (aliases.champion == version) return "champion";
  if (aliases.challenger && aliases.challenger->version == version) {
    return aliases.challenger->shadow
               ? "challenger, shadow"
               : "challenger, " + percent_text(aliases.challenger->traffic_share);
  }
  if (aliases.previous == version) return "previous champion";
  return "not deployed";
}

std::string versions_text(const workflow::VersionDetails& details) {
  std::string text;
  for (const registry::Version version : details.versions) {
    text += (text.empty() ? "@" : " @") + fmt::format("{}", version);
  }
  return text;
}

std::string task_text(const workflow::VersionDetails& details, const Capabilities& capabilities) {
  const Json& metadata = details.manifest.metadata;
  const data::Schema& schema = details.schema;
  std::string text = fmt::format("{} of {}", data::to_string(schema.task), schema.target);
  if (!schema.positive().empty()) text += ", positive class " + schema.positive();
  return text + fmt::format(", {} rows, {} features {} {}", recorded_text(metadata, "rows"),
                            schema.feature_columns().size(), glyphs(capabilities).dot,
                            recorded_text(metadata, "description"));
}

std::string data_text(const Json& metadata, const Capabilities& capabilities) {
  if (!metadata.is_object() || !metadata.contains("data")) return {};
  const Json& data = metadata["data"];
  std::string hash = recorded_text(data, "sha256");
  if (capabilities.terminal && hash.size() > kShownHash) hash.resize(kShownHash);
  const bool snapshot = !recorded_text(data, "snapshot").empty();
  return fmt::format("{}   sha256 {}{}", recorded_text(data, "source"), hash,
                     snapshot ? "   kept in the registry" : "   not kept");
}

void add_scores(Facts& facts, const Json& metadata, const Capabilities& capabilities) {
  const auto own = recorded_metric(metadata, "metric");
  const auto dummy = recorded_metric(metadata, "dummy");
  if (!own) return;
  facts.add("held out", metric_sentence(*own, capabilities), Role::heading);
  if (dummy) facts.add("dummy", dummy_text(*own, *dummy, capabilities));
  facts.add("also", other_metrics_text(recorded_metrics(metadata), own->metric, capabilities));
  facts.add("why", importance_text(recorded_importance(metadata), capabilities));
}

Facts summary(const workflow::VersionDetails& details, const Capabilities& capabilities) {
  const Json& metadata = details.manifest.metadata;
  Facts facts;
  facts.add("version",
            fmt::format("{}@{}   {}", details.model, details.manifest.version, role_text(details)),
            Role::identifier);
  facts.add("created", date_time_text(details.manifest.created_at, capabilities));
  facts.add("versions", versions_text(details));
  facts.add("task", task_text(details, capabilities));
  add_scores(facts, metadata, capabilities);
  facts.add("data", data_text(metadata, capabilities));
  if (const auto dialect = recorded_dialect(metadata)) {
    facts.add("read as", dialect_text(*dialect));
    facts.add("missing", markers_text(*dialect));
  }
  return facts;
}

Table file_table(const registry::Manifest& manifest, const Capabilities& capabilities) {
  Table table({{.title = "file"},
               {.title = "bytes", .align = Align::right, .shrinks = false},
               {.title = "sha256"}});
  for (const registry::FileEntry& file : manifest.files) {
    table.add_row(
        {file.path,
         count_text(file.size_bytes, capabilities),
         {capabilities.terminal ? file.sha256.substr(0, kShownHash) : file.sha256, Role::meta}});
  }
  return table;
}

}  // namespace

std::string show(const workflow::VersionDetails& details, const Capabilities& capabilities) {
  const Json& metadata = details.manifest.metadata;
  std::string text = join_lines(summary(details, capabilities).lines(capabilities), capabilities);
  text += "\n" + to_text(schema_table(details.schema, capabilities), capabilities);
  const auto entries = recorded_leaderboard(metadata);
  if (const auto own = recorded_metric(metadata, "metric"); own && !entries.empty()) {
    const std::size_t n_shown =
        capabilities.terminal ? kShownTrials : std::numeric_limits<std::size_t>::max();
    text +=
        "\n" + to_text(leaderboard(entries, data::to_string(own->metric), n_shown, capabilities),
                       capabilities);
  }
  const Lines findings = finding_lines(recorded_warnings(metadata), capabilities);
  if (!findings.empty()) text += "\n" + join_lines(findings, capabilities);
  return text + "\n" + to_text(file_table(details.manifest, capabilities), capabilities);
}

}  // namespace mlops::render
