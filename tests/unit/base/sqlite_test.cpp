#include "base/sqlite.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/sqlite_scan.hpp"

namespace mlops {
namespace {

template <typename Call>
ErrorKind kind_thrown_by(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

std::int64_t count(SqliteDatabase& database) {
  SqliteStatement statement = database.prepare("SELECT count(*) FROM t");
  statement.step();
  return statement.integer(0);
}

}  // namespace

TEST_SUITE("base/sqlite") {
  TEST_CASE("every type binds and reads back") {
    const TempDirectory directory;
    SqliteDatabase database(directory.path() / "d", SqliteOpen::read_write_create);
    database.execute("CREATE TABLE t (a INTEGER, b REAL, c TEXT, d BLOB, e TEXT)");
    const std::byte bytes[] = {std::byte{0}, std::byte{255}};
    database.prepare("INSERT INTO t VALUES (?,?,?,?,?)")
        .bind(1, std::int64_t{-7})
        .bind(2, 0.1)
        .bind(3, std::string_view("te\0xt", 5))
        .bind_blob(4, bytes)
        .bind_null(5)
        .run();
    SqliteStatement row = database.prepare("SELECT * FROM t");
    REQUIRE(row.step());
    CHECK(row.integer(0) == -7);
    CHECK(row.real(1) == 0.1);
    CHECK(row.text(2) == std::string_view("te\0xt", 5));
    CHECK(row.blob(3).size() == 2);
    CHECK(row.blob(3)[1] == std::byte{255});
    CHECK(row.is_null(4));
    CHECK_FALSE(row.step());
  }

  TEST_CASE("a scan visits rows until it is told to stop, and throws what the visit throws") {
    const TempDirectory directory;
    SqliteDatabase database(directory.path() / "d", SqliteOpen::read_write_create);
    database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b BLOB)");
    for (std::int64_t id = 1; id <= 9; ++id)
      database.execute("INSERT INTO t VALUES (NULL, 1, zeroblob(" + std::to_string(id) + "))");
    SqliteScan scan(database,
                    "SELECT 1 FROM t WHERE id >= ?1 AND CASE a WHEN ?2 THEN visit(id, b) ELSE 0 "
                    "END ORDER BY id");
    struct Case {
      const char* name;
      std::int64_t first_id, a, last_id, visited;
    };
    for (const Case& row :
         {Case{"all", 1, 1, 99, 9}, Case{"the end", 7, 1, 99, 3}, Case{"stopped", 1, 1, 3, 4},
          Case{"none that fits", 1, 2, 99, 0}, Case{"none left", 10, 1, 99, 0}}) {
      CAPTURE(row.name);
      std::int64_t visited = 0;
      scan.bind(1, row.first_id).bind(2, row.a);
      scan.run([&](const SqliteRow& found) {
        CHECK(found.integer(0) == row.first_id + visited);
        CHECK(found.blob(1).size() == static_cast<std::size_t>(found.integer(0)));
        ++visited;
        return found.integer(0) <= row.last_id;
      });
      CHECK(visited == row.visited);
    }
    scan.bind(1, std::int64_t{1}).bind(2, std::int64_t{1});
    CHECK_THROWS_WITH_AS(
        scan.run([](const SqliteRow&) -> bool { throw Error(ErrorKind::corrupt, "t", "bad row"); }),
        "bad row", Error);
    std::int64_t visited = 0;
    scan.run([&](const SqliteRow&) { return ++visited > 0; });
    CHECK(visited == 9);
  }

  TEST_CASE("nothing but a scan may ask for visits") {
    const TempDirectory directory;
    SqliteDatabase database(directory.path() / "d", SqliteOpen::read_write_create);
    CHECK_THROWS_AS(database.execute("SELECT visit(1)"), Error);
    database.execute("CREATE TABLE t (a INTEGER)");
    CHECK_THROWS_AS(database.execute("CREATE INDEX i ON t (visit(a))"), Error);
  }

  TEST_CASE("a transaction that is not committed leaves nothing") {
    const TempDirectory directory;
    SqliteDatabase database(directory.path() / "d", SqliteOpen::read_write_create);
    database.execute("CREATE TABLE t (a INTEGER)");
    {
      const SqliteTransaction transaction(database);
      database.execute("INSERT INTO t VALUES (1)");
    }
    CHECK(count(database) == 0);
    SqliteTransaction transaction(database);
    database.execute("INSERT INTO t VALUES (1)");
    transaction.commit();
    CHECK(count(database) == 1);
  }

  TEST_CASE("absent, damaged and read-only databases are told apart") {
    const TempDirectory directory;
    const auto path = directory.path() / "d";
    CHECK(kind_thrown_by([&] { SqliteDatabase database(path, SqliteOpen::read_only); }) ==
          ErrorKind::not_found);
    write_new_file(path, std::string(4096, 'x'));
    CHECK(kind_thrown_by([&] {
            SqliteDatabase database(path, SqliteOpen::read_only);
            database.execute("SELECT * FROM t");
          }) == ErrorKind::corrupt);
    {
      SqliteDatabase good(directory.path() / "good", SqliteOpen::read_write_create);
      good.execute("CREATE TABLE t (a INTEGER)");
    }
    CHECK(kind_thrown_by([&] {
            SqliteDatabase database(directory.path() / "good", SqliteOpen::read_only);
            database.execute("INSERT INTO t VALUES (1)");
          }) == ErrorKind::io);
  }
}

}  // namespace mlops
