#include "observe/log_count.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "observe/part_reader.hpp"

namespace mlops::observe {
namespace {

/// More would wait for the memory.
constexpr unsigned kMostThreads = 4;
/// Counted at a time: 1 to 2 million rows, so that threads begin and end seldom; some megabytes.
constexpr std::size_t kRanges = 128;

std::string file_of(SqliteDatabase& database) {
  SqliteStatement row = database.prepare("PRAGMA database_list");
  row.step();
  return std::string(row.text(2));
}

/// The largest first id of the version's records and of all answers, or -1.
std::int64_t last_record(SqliteDatabase& database, std::uint32_t version) {
  SqliteStatement row = database.prepare(
      "SELECT max(coalesce((SELECT max(first_id) FROM block), -1), coalesce((SELECT max(first_id) "
      "FROM shadow_block WHERE version = ?1), -1))");
  row.bind(1, static_cast<std::int64_t>(version));
  row.step();
  return row.integer(0);
}

/// How many parts that is, of a full one.
double load_of(const CountedPart& part) {
  return std::max(static_cast<double>(part.n_rows) / static_cast<double>(kRowsInPart),
                  static_cast<double>(part.sketches.size()) / static_cast<double>(kHoursInPart));
}

/// Deals out a range, in pieces that are about a part each: a piece of too many records makes
/// several parts, one of few makes the next ones wider. Thread-safe.
class Deal {
 public:
  Deal(const CountRange& range, std::int64_t width) : rest_(range), width_(width) {}

  /// Where the next piece's parts are to go, and the piece.
  struct Piece {
    CountRange range;
    std::size_t index = 0;
  };
  std::optional<Piece> next() {
    const std::lock_guard lock(mutex_);
    if (parts_.size() == kRanges || rest_.first_id >= rest_.end_id) return std::nullopt;
    Piece piece{rest_, parts_.size()};
    if (rest_.end_id - rest_.first_id > width_) piece.range.end_id = rest_.first_id + width_;
    rest_.first_id = piece.range.end_id;
    parts_.emplace_back();
    return piece;
  }

  void take(const Piece& piece, std::vector<CountedPart> parts) {
    double load = 0;
    for (const CountedPart& part : parts) load += load_of(part);
    const std::int64_t width = piece.range.end_id - piece.range.first_id;
    const std::lock_guard lock(mutex_);
    width_ = 1 + static_cast<std::int64_t>(static_cast<double>(width) * kFill /
                                           std::clamp(load, kFill / 4, kFill * 4));
    parts_[piece.index] = std::move(parts);
  }
  void stop(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
    rest_.first_id = rest_.end_id;
  }

  /// All parts in order. Requires: nobody works any more.
  [[nodiscard]] std::vector<CountedPart> parts() {
    if (failure_) std::rethrow_exception(failure_);
    std::vector<CountedPart> all;
    for (std::vector<CountedPart>& parts : parts_)
      all.insert(all.end(), std::move_iterator(parts.begin()), std::move_iterator(parts.end()));
    return all;
  }
  [[nodiscard]] std::int64_t width() const { return width_; }

 private:
  /// Of a part, aimed at: fuller ones would often be cut in two.
  static constexpr double kFill = 0.8;

  std::mutex mutex_;
  CountRange rest_;
  std::int64_t width_;
  std::vector<std::vector<CountedPart>> parts_;  ///< of each piece
  std::exception_ptr failure_;
};

void work(PartReader& reader, const SketchLayout& layout, Deal& deal) noexcept {
  try {
    while (const std::optional<Deal::Piece> piece = deal.next()) {
      std::vector<CountedPart> parts;
      for (CountRange rest = piece->range; rest.first_id < rest.end_id;
           rest.first_id = parts.back().end_id)
        parts.push_back(reader.count(rest, layout));
      deal.take(*piece, std::move(parts));
    }
  } catch (...) {
    deal.stop(std::current_exception());
  }
}

}  // namespace

LogCounter::LogCounter(SqliteDatabase& database) {
  const std::string file = file_of(database);
  const unsigned n_threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
  for (unsigned i = 0; i < n_threads; ++i) {
    databases_.emplace_back(file, SqliteOpen::read_only);
    readers_.push_back(std::make_unique<PartReader>(databases_.back()));
  }
}

LogCounter::~LogCounter() = default;

std::vector<CountedPart> LogCounter::count(const CountRange& range, const SketchLayout& layout) {
  CountRange rest = range;
  rest.end_id = std::min(range.end_id, last_record(databases_.front(), range.version) + 1);
  std::vector<CountedPart> parts;
  if (width_ == 0 || rest.first_id >= rest.end_id) {  // nothing is known of the log yet
    rest.end_id = std::max(rest.end_id, rest.first_id);
    parts.push_back(count_part(rest, layout));
    rest.first_id = parts.back().end_id;
    width_ = rest.first_id - range.first_id + 1;
  }
  Deal deal(rest, width_);
  std::vector<std::jthread> threads;  // joins also where not all could be made
  for (std::size_t i = 1; i < readers_.size(); ++i)
    threads.emplace_back([&, i] { work(*readers_[i], layout, deal); });
  work(*readers_.front(), layout, deal);
  for (std::jthread& thread : threads) thread.join();
  width_ = deal.width();
  std::vector<CountedPart> others = deal.parts();
  parts.insert(parts.end(), std::move_iterator(others.begin()), std::move_iterator(others.end()));
  return parts;
}

CountedPart LogCounter::count_part(const CountRange& range, const SketchLayout& layout) {
  return readers_.front()->count(range, layout);
}

std::int64_t count_of_records(SqliteDatabase& database, const CountRange& range) {
  SqliteStatement row = database.prepare(
      "SELECT (SELECT count(*) FROM block WHERE version = ?1 AND first_id >= ?2 AND first_id < ?3) "
      "+ (SELECT count(*) FROM shadow_block WHERE version = ?1 AND first_id >= ?2 "
      "AND first_id < ?3)");
  row.bind(1, static_cast<std::int64_t>(range.version))
      .bind(2, range.first_id)
      .bind(3, range.end_id);
  row.step();
  return row.integer(0);
}

}  // namespace mlops::observe
