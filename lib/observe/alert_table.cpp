#include "observe/alert_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "observe/alarm_words.hpp"
#include "observe/store_state.hpp"

namespace mlops::observe {
namespace {

constexpr double kLeastImportance = 0.01;

constexpr const char* kColumns =
    "id, version, rule, subject, severity, state, since, changed_at, message, next_command, "
    "evidence";

Alert alert_of(const SqliteStatement& row) {
  Alert alert;
  alert.id = row.integer(0);
  alert.version = static_cast<std::uint32_t>(row.integer(1));
  alert.rule = row.text(2);
  alert.subject = row.text(3);
  alert.severity = row.text(4);
  alert.state = row.text(5);
  alert.since.micros = row.integer(6);
  alert.changed_at.micros = row.integer(7);
  alert.message = row.text(8);
  alert.next_command = row.text(9);
  alert.evidence = parse_json(row.text(10), "alert");
  return alert;
}

std::optional<Alert> find_alert(SqliteDatabase& database, std::int64_t id) {
  SqliteStatement row =
      database.prepare(fmt::format("SELECT {} FROM alert WHERE id = ?1", kColumns));
  row.bind(1, id);
  if (!row.step()) return std::nullopt;
  return alert_of(row);
}

std::int64_t insert_alert(SqliteDatabase& database, const Alert& alert) {
  SqliteStatement insert = database.prepare(
      "INSERT INTO alert (version, rule, subject, severity, state, since, changed_at, message, "
      "next_command, evidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  insert.bind(1, static_cast<std::int64_t>(alert.version))
      .bind(2, alert.rule)
      .bind(3, alert.subject)
      .bind(4, alert.severity)
      .bind(5, alert.state)
      .bind(6, alert.since.micros)
      .bind(7, alert.changed_at.micros)
      .bind(8, alert.message)
      .bind(9, alert.next_command)
      .bind(10, dump_json(alert.evidence))
      .run();
  return database.last_insert_id();
}

/// Whether a resolved alert tells of a time that a stored one told of already: detectors that were
/// made anew (another policy, an older format of their memory) go through the past once more.
bool is_known(SqliteDatabase& database, const Alert& alert) {
  if (alert.state != "resolved") return false;
  SqliteStatement row = database.prepare(
      "SELECT 1 FROM alert WHERE version = ?1 AND rule = ?2 AND subject = ?3 AND since <= ?4 AND "
      "(state <> 'resolved' OR changed_at >= ?5)");
  row.bind(1, static_cast<std::int64_t>(alert.version))
      .bind(2, alert.rule)
      .bind(3, alert.subject)
      .bind(4, alert.changed_at.micros)
      .bind(5, alert.since.micros);
  return row.step();
}

void update_alert(SqliteDatabase& database, const Alert& alert) {
  SqliteStatement update = database.prepare(
      "UPDATE alert SET severity = ?2, state = ?3, changed_at = ?4, message = ?5, evidence = ?6 "
      "WHERE id = ?1");
  update.bind(1, alert.id)
      .bind(2, alert.severity)
      .bind(3, alert.state)
      .bind(4, alert.changed_at.micros)
      .bind(5, alert.message)
      .bind(6, dump_json(alert.evidence))
      .run();
}

/// Whether an alert was resolved after the look that still saw it open.
bool is_over(const Alert& stored, const Alert& seen) {
  return stored.state == "resolved" && seen.state != "resolved" &&
         seen.changed_at <= stored.changed_at;
}

/// Open alerts of versions that are not the champion any more end here: nothing watches them, and
/// nobody would ever be told that they are over.
std::vector<Alert> resolve_replaced(SqliteDatabase& database, std::uint32_t champion,
                                    Timestamp now) {
  std::vector<Alert> resolved;
  SqliteStatement rows = database.prepare(
      fmt::format("SELECT {} FROM alert WHERE state <> 'resolved' AND version <> ?1", kColumns));
  rows.bind(1, static_cast<std::int64_t>(champion));
  while (rows.step()) resolved.push_back(alert_of(rows));
  for (Alert& alert : resolved) {
    alert.state = "resolved";
    alert.changed_at = now;
    alert.evidence["resolved"] = {{"replaced_by", champion}};
    update_alert(database, alert);
  }
  return resolved;
}

/// Stores the detectors; false when somebody else did since they were loaded.
bool store_watch_state(SqliteDatabase& database, const ModelHealth& health) {
  SqliteStatement find =
      database.prepare("SELECT revision, state FROM watch_state WHERE version = ?1");
  find.bind(1, static_cast<std::int64_t>(health.version));
  const bool exists = find.step();
  const std::int64_t revision = exists ? find.integer(0) : 0;
  if (revision != health.watch_revision) return false;
  if (exists && std::ranges::equal(find.blob(1), health.watch_state)) return true;
  find.reset();
  SqliteStatement put = database.prepare(
      "INSERT OR REPLACE INTO watch_state (version, revision, state) VALUES (?1, ?2, ?3)");
  put.bind(1, static_cast<std::int64_t>(health.version))
      .bind(2, revision + 1)
      .bind_blob(3, health.watch_state)
      .run();
  return true;
}

/// The alert that an event is about: the open one of its quantity, or the last resolved one.
Alert* find_for_event(std::vector<Alert>& alerts, const Alert& described, AlarmChange change) {
  Alert* found = nullptr;
  for (Alert& alert : alerts) {
    if (alert.rule != described.rule || alert.subject != described.subject) continue;
    const bool open = alert.state != "resolved";
    if (open != (change != AlarmChange::reopened)) continue;
    if (found == nullptr || alert.changed_at > found->changed_at) found = &alert;
  }
  return found;
}

AlarmChange change_of(const AlarmEvent& event) {
  if (!event.volume) return event.alarm.change;
  return event.volume->resolved ? AlarmChange::resolved : AlarmChange::opened;
}

void apply(const Alert& described, AlarmChange change, std::vector<Alert>& alerts) {
  Alert* alert = find_for_event(alerts, described, change);
  if (alert == nullptr) {
    if (change != AlarmChange::resolved) alerts.push_back(described);
    return;
  }
  if (change == AlarmChange::resolved) {
    alert->state = "resolved";
    alert->changed_at = described.changed_at;
    alert->evidence["resolved"] = described.evidence;
    return;
  }
  if (change == AlarmChange::reopened) {
    alert->state = "firing";
    alert->changed_at = described.changed_at;
  }
  alert->severity = described.severity;
  alert->message = described.message;
  alert->evidence = described.evidence;
}

void sort_for_people(std::vector<Alert>& alerts) {
  std::stable_sort(alerts.begin(), alerts.end(), [](const Alert& a, const Alert& b) {
    const bool a_open = a.state != "resolved";
    const bool b_open = b.state != "resolved";
    if (a_open != b_open) return a_open;
    const bool a_critical = a.severity == "critical";
    const bool b_critical = b.severity == "critical";
    if (a_open && a_critical != b_critical) return a_critical;
    return a.changed_at > b.changed_at;
  });
}

}  // namespace

StoredWatch load_watch_state(const ObservationStore& store, std::uint32_t version) {
  SqliteDatabase* database = StoreAccess::database_or_null(store);
  if (database == nullptr) return {};
  SqliteStatement row =
      database->prepare("SELECT revision, state FROM watch_state WHERE version = ?1");
  row.bind(1, static_cast<std::int64_t>(version));
  if (!row.step()) return {};
  const auto bytes = row.blob(1);
  if (!is_present_format(bytes)) return {std::nullopt, row.integer(0)};
  return {decode_watch_state(bytes), row.integer(0)};
}

std::vector<Alert> alerts_after(std::vector<Alert> stored, const WatchedVersion& version,
                                const Watch& watch, const std::vector<AlarmEvent>& events) {
  std::erase_if(stored, [&](const Alert& alert) { return alert.version != version.version; });
  for (const AlarmEvent& event : events)
    apply(describe_alarm(version, watch, event), change_of(event), stored);
  sort_for_people(stored);
  return stored;
}

bool is_worth_telling(const Alert& alert) {
  const auto importance = alert.evidence.find("importance");
  return importance == alert.evidence.end() || !importance->is_number() ||
         importance->get<double>() >= kLeastImportance;
}

std::vector<Alert> stored_alerts(const ObservationStore& store, Timestamp since) {
  std::vector<Alert> alerts;
  SqliteDatabase* database = StoreAccess::database_or_null(store);
  if (database == nullptr) return alerts;
  SqliteStatement rows = database->prepare(
      fmt::format("SELECT {} FROM alert WHERE state <> 'resolved' OR changed_at >= ?1", kColumns));
  rows.bind(1, since.micros);
  while (rows.step()) alerts.push_back(alert_of(rows));
  sort_for_people(alerts);
  return alerts;
}

std::vector<Alert> update_alerts(ObservationStore& store, const ModelHealth& health,
                                 Timestamp now) {
  SqliteDatabase& database = StoreAccess::database(store);
  SqliteTransaction transaction(database);
  if (!store_watch_state(database, health)) return {};
  std::vector<Alert> to_tell;
  for (Alert alert : health.alerts) {
    if (alert.id == 0) {
      if (is_known(database, alert)) continue;
      alert.id = insert_alert(database, alert);
      if (is_worth_telling(alert)) to_tell.push_back(std::move(alert));
      continue;
    }
    const std::optional<Alert> before = find_alert(database, alert.id);
    if (!before || is_over(*before, alert)) continue;
    // A person may have acknowledged it since the assessment; only resolving ends that.
    if (before->state == "acknowledged" && alert.state == "firing") alert.state = "acknowledged";
    if (before->state == alert.state && before->message == alert.message) continue;
    update_alert(database, alert);
    if (before->state != "resolved" && alert.state == "resolved" && is_worth_telling(alert))
      to_tell.push_back(std::move(alert));
  }
  for (Alert& alert : resolve_replaced(database, health.version, now))
    if (is_worth_telling(alert)) to_tell.push_back(std::move(alert));
  transaction.commit();
  return to_tell;
}

Alert acknowledge_alert(ObservationStore& store, std::int64_t id, Timestamp now) {
  SqliteDatabase& database = StoreAccess::database(store);
  SqliteTransaction transaction(database);
  std::optional<Alert> alert = find_alert(database, id);
  if (!alert)
    throw Error(ErrorKind::not_found, "alert.not_found", fmt::format("no alert has the id {}", id),
                "mlops alerts lists them");
  if (alert->state == "resolved")
    throw Error(ErrorKind::conflict, "alert.resolved",
                fmt::format("alert {} is resolved since {}", id, to_rfc3339(alert->changed_at)));
  if (alert->state == "firing") {
    alert->state = "acknowledged";
    alert->changed_at = now;
    update_alert(database, *alert);
  }
  transaction.commit();
  return *alert;
}

}  // namespace mlops::observe
