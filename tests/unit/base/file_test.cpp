#include "base/file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"

namespace mlops {
namespace {

namespace fs = std::filesystem;

std::size_t n_entries(const fs::path& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator{}));
}

template <typename Call>
ErrorKind kind_thrown_by(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

}  // namespace

TEST_SUITE("base/file") {
  TEST_CASE("what is written atomically reads back and leaves no temporary") {
    const TempDirectory directory;
    const fs::path path = directory.path() / "a.txt";
    const std::string bytes("one\0two\n", 8);
    write_file_atomically(path, bytes);
    CHECK(read_file(path) == bytes);
    write_file_atomically(path, "second");
    CHECK(read_file(path) == "second");
    CHECK(n_entries(directory.path()) == 1);
  }

  TEST_CASE("a failed replacement leaves the old content and no temporary") {
    const TempDirectory directory;
    const fs::path target = directory.path() / "taken";
    fs::create_directory(target);
    write_new_file(target / "inside", "x");  // rename over a non-empty directory is refused
    CHECK(kind_thrown_by([&] { write_file_atomically(target, "new"); }) == ErrorKind::io);
    CHECK(n_entries(directory.path()) == 1);
    CHECK(read_file(target / "inside") == "x");
  }

  TEST_CASE("a new file is never overwritten") {
    const TempDirectory directory;
    write_new_file(directory.path() / "a", "1");
    CHECK(kind_thrown_by([&] { write_new_file(directory.path() / "a", "2"); }) ==
          ErrorKind::conflict);
    CHECK(read_file(directory.path() / "a") == "1");
  }

  TEST_CASE("a missing file is not_found for every reader") {
    const TempDirectory directory;
    const fs::path path = directory.path() / "absent";
    CHECK(kind_thrown_by([&] { static_cast<void>(read_file(path)); }) == ErrorKind::not_found);
    CHECK(kind_thrown_by([&] { const MappedFile file(path); }) == ErrorKind::not_found);
  }

  TEST_CASE("mapped bytes equal the file's, also when it is empty") {
    const TempDirectory directory;
    write_new_file(directory.path() / "empty", "");
    write_new_file(directory.path() / "full", "abc");
    CHECK(MappedFile(directory.path() / "empty").bytes().empty());
    MappedFile file(directory.path() / "full");
    MappedFile moved(std::move(file));
    CHECK(moved.bytes() == "abc");
  }

  TEST_CASE("appending creates the file and keeps what is there") {
    const TempDirectory directory;
    append_to_file(directory.path() / "log", "a\n");
    append_to_file(directory.path() / "log", "b\n");
    CHECK(read_file(directory.path() / "log") == "a\nb\n");
  }

  TEST_CASE("a temporary directory goes with its object unless released") {
    fs::path gone;
    fs::path kept;
    {
      const TempDirectory first;
      gone = first.path();
      TempDirectory second;
      kept = second.release();
    }
    CHECK_FALSE(fs::exists(gone));
    CHECK(fs::exists(kept));
    fs::remove_all(kept);
  }
}

}  // namespace mlops
