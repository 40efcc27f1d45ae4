#include "observe/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "observe/block_codec.hpp"
#include "observe/record_reader.hpp"
#include "observe/store_schema.hpp"
#include "observe/store_state.hpp"

namespace mlops::observe {
namespace {

/// The largest id logged, or -1.
std::int64_t last_id(SqliteDatabase& database) {
  SqliteStatement statement =
      database.prepare("SELECT first_id + n_rows - 1 FROM block ORDER BY first_id DESC LIMIT 1");
  return statement.step() ? statement.integer(0) : -1;
}

std::uint64_t single_count(SqliteDatabase& database, std::string_view sql, Timestamp since) {
  SqliteStatement statement = database.prepare(sql);
  statement.bind(1, since.micros);
  return statement.step() ? static_cast<std::uint64_t>(statement.integer(0)) : 0;
}

/// Where the run of consecutive ids that starts at `first` ends.
std::size_t end_of_run(const std::vector<std::int64_t>& ids, std::size_t first) {
  std::size_t last = first + 1;
  while (last < ids.size() && ids[last] == ids[last - 1] + 1) ++last;
  return last;
}

std::optional<SqliteStatement>& prepared(std::optional<SqliteStatement>& slot,
                                         SqliteDatabase& database, std::string_view sql) {
  if (!slot) slot.emplace(database.prepare(sql));
  return slot;
}

/// Forgets what was counted of a transaction that is not committed.
class Counting {
 public:
  explicit Counting(SketchKeeper& keeper) : keeper_(keeper) { keeper_.begin(); }
  ~Counting() {
    if (!done_) keeper_.forget();
  }
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;

  /// Rows [first, last) of a block as they were written.
  void count(const PredictionBlock& block, std::size_t first, std::size_t last,
             std::span<const std::byte> record) {
    TrafficRows rows = rows_of(block);
    if (last - first < block.ids.size()) rows = reader_.read(record);
    rows.time = block.time;
    keeper_.count(block.version, block.role, block.ids[first], block.ids[last - 1], rows);
  }
  void finish() { keeper_.finish(); }
  void committed() noexcept { done_ = true; }

 private:
  SketchKeeper& keeper_;
  RecordReader reader_;
  bool done_ = false;
};

}  // namespace

std::string_view to_string(Role role) noexcept {
  switch (role) {
    case Role::champion:
      return "champion";
    case Role::challenger:
      return "challenger";
    case Role::shadow:
      return "shadow";
  }
  return "";
}

std::optional<LogSync> parse_log_sync(std::string_view text) noexcept {
  if (text == "full") return LogSync::full;
  if (text == "normal") return LogSync::normal;
  if (text == "off") return LogSync::off;
  return std::nullopt;
}

ObservationStore::ObservationStore(const std::filesystem::path& path, SqliteOpen mode, LogSync sync)
    : state_(std::make_unique<State>()) {
  if (mode == SqliteOpen::read_only) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::none)
      throw_system_error("look at", path, error.value());
    if (!std::filesystem::exists(status)) return;
    state_->database.emplace(path, mode);
    if (!prepare_for_reading(*state_->database, path.string())) state_->database.reset();
    return;
  }
  state_->database.emplace(path, mode);
  prepare_for_writing(*state_->database, path.string(), sync);
  state_->next_id = last_id(*state_->database) + 1;
  state_->sketches.emplace(*state_->database);
}

ObservationStore::~ObservationStore() = default;

SqliteDatabase& StoreAccess::database(ObservationStore& store) {
  if (!store.state_->database)
    throw Error(ErrorKind::internal, "store.absent", "an absent store of observations is written");
  return *store.state_->database;
}

SketchKeeper& StoreAccess::sketches(ObservationStore& store) {
  return *store.state_->sketches;
}

SqliteDatabase* StoreAccess::database_or_null(const ObservationStore& store) noexcept {
  return store.state_->database ? &*store.state_->database : nullptr;
}

std::int64_t ObservationStore::next_id() const noexcept {
  return state_->next_id;
}

std::vector<std::int64_t> ObservationStore::reserve_ids(std::size_t n, Timestamp now) {
  const std::int64_t first = std::max(state_->next_id, now.micros << 10);
  state_->next_id = first + static_cast<std::int64_t>(n);
  std::vector<std::int64_t> ids(n);
  for (std::size_t row = 0; row < n; ++row) ids[row] = first + static_cast<std::int64_t>(row);
  return ids;
}

void ObservationStore::append(const std::vector<PredictionBlock>& blocks) {
  for (const PredictionBlock& block : blocks) check_block(block);
  ByteWriter writer;
  SqliteTransaction transaction(StoreAccess::database(*this));
  Counting counting(*state_->sketches);
  for (const PredictionBlock& block : blocks) {
    for (std::size_t first = 0; first < block.ids.size();) {
      const std::size_t last = end_of_run(block.ids, first);
      writer.clear();
      encode_block(block, first, last, writer);
      insert_record(block, first, last, writer.bytes());
      counting.count(block, first, last, writer.bytes());
      first = last;
    }
    if (block.role != Role::shadow) insert_client_ids(block);
  }
  counting.finish();
  transaction.commit();
  counting.committed();
  for (const PredictionBlock& block : blocks)
    state_->next_id = std::max(state_->next_id, block.ids.back() + 1);
}

void ObservationStore::insert_record(const PredictionBlock& block, std::size_t first,
                                     std::size_t last, std::span<const std::byte> record) {
  SqliteDatabase& database = StoreAccess::database(*this);
  const bool is_shadow = block.role == Role::shadow;
  auto& insert = is_shadow
                     ? prepared(state_->insert_shadow, database,
                                "INSERT INTO shadow_block (first_id, time, version, n_rows, data) "
                                "VALUES (?1, ?2, ?3, ?4, ?5)")
                     : prepared(state_->insert_block, database,
                                "INSERT INTO block (first_id, time, version, n_rows, data, role) "
                                "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  insert->bind(1, block.ids[first])
      .bind(2, block.time.micros)
      .bind(3, static_cast<std::int64_t>(block.version))
      .bind(4, static_cast<std::int64_t>(last - first))
      .bind_blob(5, record);
  if (!is_shadow) insert->bind(6, static_cast<std::int64_t>(block.role));
  insert->run();
}

void ObservationStore::insert_client_ids(const PredictionBlock& block) {
  auto& client = prepared(state_->insert_client_id, StoreAccess::database(*this),
                          "INSERT OR REPLACE INTO client_id (client_id, id) VALUES (?1, ?2)");
  for (std::size_t row = 0; row < block.client_ids.size(); ++row)
    if (!block.client_ids[row].empty())
      client->bind(1, block.client_ids[row]).bind(2, block.ids[row]).run();
}

void ObservationStore::count_errors(const std::vector<RequestErrors>& errors) {
  SqliteDatabase& database = StoreAccess::database(*this);
  SqliteTransaction transaction(database);
  SqliteStatement add = database.prepare(
      "INSERT INTO request_error (version, hour, n) VALUES (?1, ?2, ?3) "
      "ON CONFLICT (version, hour) DO UPDATE SET n = n + excluded.n");
  for (const RequestErrors& error : errors)
    add.bind(1, static_cast<std::int64_t>(error.version))
        .bind(2, error.time.micros / kMicrosPerHour)
        .bind(3, static_cast<std::int64_t>(error.n))
        .run();
  transaction.commit();
}

std::uint64_t ObservationStore::n_predictions(Timestamp since) const {
  if (!state_->database) return 0;
  return single_count(*state_->database,
                      "SELECT coalesce(sum(n_rows), 0) FROM block WHERE time >= ?1", since);
}

std::uint64_t ObservationStore::n_labelled(Timestamp since) const {
  if (!state_->database) return 0;
  return single_count(*state_->database, "SELECT count(*) FROM label WHERE time >= ?1", since);
}

void ObservationStore::for_each_block(
    Timestamp since, std::uint32_t version,
    const std::function<void(const PredictionBlock&)>& visit) const {
  if (!state_->database) return;
  SqliteStatement rows = state_->database->prepare(
      version == 0 ? "SELECT first_id, time, version, role, data FROM block "
                     "WHERE time >= ?1 ORDER BY first_id"
                   : "SELECT first_id, time, version, role, data FROM block "
                     "WHERE time >= ?1 AND version = ?2 UNION ALL "
                     "SELECT first_id, time, version, 2, data FROM shadow_block "
                     "WHERE time >= ?1 AND version = ?2 ORDER BY first_id");
  rows.bind(1, since.micros);
  if (version != 0) rows.bind(2, static_cast<std::int64_t>(version));
  while (rows.step()) {
    PredictionBlock block = decode_block(rows.blob(4));
    block.time.micros = rows.integer(1);
    block.version = static_cast<std::uint32_t>(rows.integer(2));
    block.role = static_cast<Role>(rows.integer(3));
    for (std::size_t row = 0; row < block.rows.n_rows; ++row)
      block.ids.push_back(rows.integer(0) + static_cast<std::int64_t>(row));
    visit(block);
  }
}

}  // namespace mlops::observe
