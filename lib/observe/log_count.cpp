#include "observe/log_count.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "observe/sketch_table.hpp"

namespace mlops::observe {
namespace {

/// Pieces of equal time (ids are made of it). Enough that threads end together.
constexpr std::int64_t kParts = 64;
/// More would wait for the memory.
constexpr unsigned kMostThreads = 4;

struct Part {
  std::int64_t first_id = 0;
  std::int64_t end_id = 0;
  CountedLog counted;
};

std::string file_of(SqliteDatabase& database) {
  SqliteStatement row = database.prepare("PRAGMA database_list");
  row.step();
  return std::string(row.text(2));
}

/// The largest first id of the version's records, or -1.
std::int64_t last_record(SqliteDatabase& database, std::uint32_t version) {
  SqliteStatement row = database.prepare(
      "SELECT max(coalesce((SELECT max(first_id) FROM block), -1), coalesce((SELECT max(first_id) "
      "FROM shadow_block WHERE version = ?1), -1))");
  row.bind(1, static_cast<std::int64_t>(version));
  row.step();
  return row.integer(0);
}

std::vector<Part> parts_of(std::int64_t first_id, std::int64_t last_id) {
  std::vector<Part> parts;
  const std::int64_t width = (last_id - first_id) / kParts + 1;
  for (std::int64_t begin = first_id; begin <= last_id; begin += width)
    parts.push_back({begin, std::min(begin + width, last_id + 1), {}});
  return parts;
}

/// Takes parts as long as there are any.
class Worker {
 public:
  Worker(const CountRange& range, const SketchLayout& layout, std::vector<Part>& parts,
         std::atomic<std::size_t>& next)
      : range_(range), layout_(layout), parts_(parts), next_(next) {}

  void run(SqliteDatabase& database) noexcept {
    try {
      for (std::size_t i = next_++; i < parts_.size(); i = next_++) count(database, parts_[i]);
    } catch (...) {
      failure_ = std::current_exception();
      next_ = parts_.size();
    }
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void count(SqliteDatabase& database, Part& part) {
    TrafficCounter counter;
    part.counted.largest_id = for_each_record(database, {{range_.version, part.first_id}},
                                              part.end_id, [&](const LoggedRows& logged) {
                                                ++part.counted.n_records;
                                                if (hour_of(logged.rows.time) >= range_.first_hour)
                                                  counter.add(layout_, logged.version, logged.rows);
                                              });
    part.counted.sketches = counter.take();
  }

  const CountRange& range_;
  const SketchLayout& layout_;
  std::vector<Part>& parts_;
  std::atomic<std::size_t>& next_;
  std::exception_ptr failure_;
};

CountedLog sum_of(std::vector<Part> parts) {
  CountedLog sum;
  for (Part& part : parts) {
    sum.largest_id = std::max(sum.largest_id, part.counted.largest_id);
    sum.n_records += part.counted.n_records;
    for (auto& [key, sketch] : part.counted.sketches) {
      const auto [found, is_new] = sum.sketches.try_emplace(key, std::move(sketch));
      if (!is_new) found->second.add(sketch);
    }
  }
  return sum;
}

}  // namespace

LogCounter::LogCounter(SqliteDatabase& database) {
  const std::string file = file_of(database);
  const unsigned n_threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
  for (unsigned i = 0; i < n_threads; ++i) readers_.emplace_back(file, SqliteOpen::read_only);
}

CountedLog LogCounter::count(const CountRange& range, const SketchLayout& layout) {
  const std::int64_t last_id =
      std::min(last_record(readers_.front(), range.version), range.end_id - 1);
  std::vector<Part> parts = parts_of(range.first_id, last_id);
  std::atomic<std::size_t> next = 0;
  std::vector<Worker> workers(readers_.size(), Worker(range, layout, parts, next));
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < workers.size(); ++i)
    threads.emplace_back([&, i] { workers[i].run(readers_[i]); });
  workers[0].run(readers_[0]);
  for (std::thread& thread : threads) thread.join();
  for (const Worker& worker : workers) worker.rethrow();
  return sum_of(std::move(parts));
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
