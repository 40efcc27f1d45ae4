#include "observe/policy.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/yaml.hpp"
#include "observe/retrain_limits.hpp"

namespace mlops::observe {
namespace {

std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}};
  for (const auto& [unit, bytes] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const std::string_view digits = text.substr(0, text.size() - unit.size());
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || !(number > 0) ||
        number * bytes >= 1e18)
      return std::nullopt;
    return static_cast<std::uint64_t>(number * bytes);
  }
  return std::nullopt;
}

/// One mapping of the file; every key must be known, every value of its type.
class Section {
 public:
  Section(const Json& values, std::string path, std::string_view source,
          std::vector<std::string> keys)
      : values_(values), path_(std::move(path)), source_(source), keys_(std::move(keys)) {
    if (!values_.is_null() && !values_.is_object()) fail("", "expected keys and values");
    for (const auto& item : values_.items()) check_known(item.key());
  }

  /// The value of a key that is there and not null.
  [[nodiscard]] const Json* find(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() || found->is_null() ? nullptr : &*found;
  }
  [[nodiscard]] Json section(const std::string& key) const {
    const Json* value = find(key);
    return value == nullptr ? Json::object() : *value;
  }

  void read(const std::string& key, double minimum, double& target) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number() || !(value->get<double>() >= minimum))
      fail(key, fmt::format("expected a number of at least {}, found {}", minimum, shown(*value)));
    target = value->get<double>();
  }
  /// Of an error: none at all would need endless data, more than half is no test.
  void read_chance(const std::string& key, double& target) const {
    read(key, 0, target);
    if (target >= 0.0001 && target <= 0.5) return;
    fail(key, fmt::format("expected a chance from 0.0001 to 0.5, found {}", target),
         "0.05 is one in twenty; smaller needs more rows");
  }
  void read(const std::string& key, std::optional<double>& target) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number()) fail(key, fmt::format("expected a number, found {}", shown(*value)));
    target = value->get<double>();
  }
  void read(const std::string& key, std::uint64_t& target) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number_integer() || value->get<std::int64_t>() < 0)
      fail(key, fmt::format("expected a whole number of at least 0, found {}", shown(*value)));
    target = value->get<std::uint64_t>();
  }
  [[nodiscard]] std::optional<std::int64_t> duration(const std::string& key) const {
    const Json* value = find(key);
    if (value == nullptr) return std::nullopt;
    const auto micros =
        value->is_string() ? parse_duration_micros(value->get<std::string>()) : std::nullopt;
    if (!micros)
      fail(key, fmt::format("expected a duration like 15m, 6h or 30d, found {}", shown(*value)));
    return micros;
  }
  /// 500MB, 20GB: decimal units, as disks are sold.
  [[nodiscard]] std::optional<std::uint64_t> size_bytes(const std::string& key) const {
    const Json* value = find(key);
    if (value == nullptr) return std::nullopt;
    const auto size = value->is_string() ? parse_size(value->get<std::string>()) : std::nullopt;
    if (!size)
      fail(key, fmt::format("expected a size like 500MB or 20GB, found {}", shown(*value)));
    return size;
  }
  void read(const std::string& key, std::string& target) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_string()) fail(key, fmt::format("expected text, found {}", shown(*value)));
    target = value->get<std::string>();
  }
  void read(const std::string& key, std::vector<std::string>& target) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_array()) fail(key, fmt::format("expected a list, found {}", shown(*value)));
    target.clear();
    for (const Json& item : *value) {
      if (!item.is_string()) fail(key, fmt::format("expected text, found {}", shown(item)));
      target.push_back(item.get<std::string>());
    }
  }

  [[noreturn]] void fail(const std::string& key, const std::string& what,
                         const std::string& hint = {}) const {
    const std::string where = path_.empty() ? key : key.empty() ? path_ : path_ + "." + key;
    throw Error(ErrorKind::invalid_argument, "policy.invalid",
                fmt::format("{}: '{}': {}", source_, where, what), hint);
  }

 private:
  static std::string shown(const Json& value) { return dump_json(value); }

  void check_known(const std::string& key) const {
    for (const std::string& known : keys_)
      if (known == key) return;
    std::string hint = did_you_mean(key, keys_);
    if (hint.empty()) hint = fmt::format("known keys: {}", fmt::join(keys_, ", "));
    fail(key, "no such setting", hint);
  }

  Json values_;
  std::string path_;
  std::string_view source_;
  std::vector<std::string> keys_;
};

MonitoringPolicy parse_monitoring(const Json& values, std::string_view source) {
  const Section section(values, "monitoring", source,
                        {"false_alarm_days", "floor", "tolerance", "min_labels", "min_predictions",
                         "time_structure", "window"});
  MonitoringPolicy policy;
  section.read("false_alarm_days", 1, policy.false_alarm_days);
  section.read("floor", policy.floor);
  section.read("tolerance", 0, policy.tolerance);
  section.read("min_labels", policy.min_labels);
  section.read("min_predictions", policy.min_predictions);
  std::string structure(to_string(policy.time_structure));
  section.read("time_structure", structure);
  const auto parsed = parse_time_structure(structure);
  if (!parsed)
    section.fail("time_structure", fmt::format("no such time structure: '{}'", structure),
                 "auto, independent or daily");
  policy.time_structure = *parsed;
  policy.window_micros = section.duration("window").value_or(policy.window_micros);
  return policy;
}

/// The section, every key and value of it checked.
Section retraining_section(const Json& values, std::string_view source) {
  return {values,
          "retraining",
          source,
          {"min_new_labels", "cooldown", "schedule", "max_per_day", "probation", "sources",
           "margin", "wrong_promotions", "wrong_rollbacks"}};
}

RetrainLimits parse_limits(const Section& section) {
  RetrainLimits limits;
  section.read("max_per_day", limits.max_per_day);
  limits.probation_micros = section.duration("probation").value_or(limits.probation_micros);
  section.read_chance("wrong_promotions", limits.wrong_promotions);
  section.read_chance("wrong_rollbacks", limits.wrong_rollbacks);
  return limits;
}

RetrainingPolicy parse_retraining(const Json& values, std::string_view source) {
  const Section section = retraining_section(values, source);
  static_cast<void>(parse_limits(section));
  RetrainingPolicy policy;
  section.read("min_new_labels", policy.min_new_labels);
  policy.cooldown_micros = section.duration("cooldown").value_or(policy.cooldown_micros);
  policy.schedule_micros = section.duration("schedule");
  section.read("sources", policy.sources);
  section.read("margin", 0, policy.margin);
  return policy;
}

NotificationChannel parse_channel(const Json& values, std::size_t index, std::string_view source) {
  const Section section(values, fmt::format("notify[{}]", index), source,
                        {"kind", "target", "secret_file"});
  static const std::vector<std::string> kKinds = {"webhook", "alertmanager", "command"};
  NotificationChannel channel;
  section.read("kind", channel.kind);
  section.read("target", channel.target);
  section.read("secret_file", channel.secret_file);
  bool known = false;
  for (const std::string& kind : kKinds) known = known || kind == channel.kind;
  if (!known) {
    std::string hint = did_you_mean(channel.kind, kKinds);
    if (hint.empty()) hint = "kinds: webhook, alertmanager, command";
    section.fail("kind", fmt::format("no such channel: '{}'", channel.kind), hint);
  }
  if (channel.target.empty()) section.fail("target", "expected a URL or a command line");
  return channel;
}

}  // namespace

std::string_view to_string(TimeStructure structure) noexcept {
  switch (structure) {
    case TimeStructure::automatic:
      return "auto";
    case TimeStructure::independent:
      return "independent";
    case TimeStructure::daily:
      return "daily";
  }
  return "";
}

std::optional<TimeStructure> parse_time_structure(std::string_view text) noexcept {
  for (const TimeStructure structure :
       {TimeStructure::automatic, TimeStructure::independent, TimeStructure::daily})
    if (text == to_string(structure)) return structure;
  return std::nullopt;
}

Policy parse_policy(std::string_view yaml, std::string_view source) {
  const Section root(parse_yaml(yaml, source), "", source,
                     {"monitoring", "retraining", "notify", "retention", "retention_size"});
  Policy policy;
  policy.monitoring = parse_monitoring(root.section("monitoring"), source);
  policy.retraining = parse_retraining(root.section("retraining"), source);
  policy.retention.age_micros = root.duration("retention");
  policy.retention.size_bytes = root.size_bytes("retention_size");
  const Json* channels = root.find("notify");
  if (channels == nullptr) return policy;
  if (!channels->is_array()) root.fail("notify", "expected a list of channels");
  for (std::size_t i = 0; i < channels->size(); ++i)
    policy.notify.push_back(parse_channel((*channels)[i], i, source));
  return policy;
}

RetrainLimits parse_retrain_limits(std::string_view yaml, std::string_view source) {
  static_cast<void>(parse_policy(yaml, source));
  const Json root = parse_yaml(yaml, source);
  const Json values = root.is_object() ? root.value("retraining", Json()) : Json();
  return parse_limits(retraining_section(values, source));
}

std::string default_policy_yaml() {
  return R"(# How this model is watched, retrained and who is told. Every line is optional: what stands
# here is what holds without it. Durations: 90s, 15m, 6h, 30d, 2w.

monitoring:
  # One false alarm is allowed in this many days, over everything that is watched together.
  false_alarm_days: 90
  # Accuracy below (or RMSE above) this is harm. Without it: the held-out score at training,
  # worsened by `tolerance` (a share of the error rate, at least one point; or of the RMSE).
  # floor: 0.85
  tolerance: 0.1
  # With fewer labels, performance is "unknown"; with fewer predictions, drift is.
  min_labels: 50
  min_predictions: 200
  # Whether rows are alike at every hour of every day. auto measures it and waits with small
  # changes until it knows; "independent" is for shuffled data, "daily" never gives up caution.
  time_structure: auto
  # Drift is shown over the range asked for; when that holds few rows, over at most this much more.
  window: 7d

retraining:
  # Labelled predictions since the last training that make another one worth while.
  min_new_labels: 500
  # At least this long between two trainings.
  cooldown: 6h
  # Retrain this often, whatever happens.
  # schedule: 30d
  # Trainings in any 24 hours at most.
  max_per_day: 4
  # How long a promoted model is compared with the one it replaced, on outcomes; where it turns out
  # worse, it is rolled back. 0s: not at all.
  probation: 7d
  # New files to learn from: paths, patterns and folders, relative to the working directory.
  sources: []
  # How much worse than the champion a challenger may be on the newest rows and still be promoted,
  # as a share of the champion's loss there.
  margin: 0
  # Chance at most that a challenger which is no better is promoted, and that a promoted one which
  # is no worse is rolled back. Smaller chances need more rows.
  wrong_promotions: 0.05
  wrong_rollbacks: 0.05

# Who is told when an alert opens or is resolved.
notify: []
#  - kind: webhook
#    target: https://example.org/hooks/models
#    secret_file: /etc/mlops/hook.key
#  - kind: alertmanager
#    target: http://127.0.0.1:9093
#  - kind: command
#    target: mail -s "model alert" ops@example.org

# Predictions and labels older than this are deleted, and the oldest ones where the log is larger;
# without these lines they are kept. The dashboards go on showing what was deleted.
# retention: 365d
# retention_size: 20GB
)";
}

}  // namespace mlops::observe
