#include "registry/tar.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <string>

#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

using test::error_code_of;

std::string archive_of(const std::map<std::string, std::string>& files) {
  std::string bytes;
  TarWriter writer([&](std::string_view piece) { bytes.append(piece); },
                   *parse_rfc3339("2026-03-02T18:23:07Z"));
  for (const auto& [path, content] : files) {
    writer.begin(path, content.size());
    writer.write(content);
  }
  writer.finish();
  return bytes;
}

std::map<std::string, std::string> files_in(const std::string& bytes, std::size_t block = 100) {
  std::size_t at = 0;
  TarReader reader([&](std::span<char> buffer) {
    const std::size_t count = std::min(buffer.size(), bytes.size() - at);
    std::memcpy(buffer.data(), bytes.data() + at, count);
    at += count;
    return count;
  });
  std::map<std::string, std::string> files;
  std::string buffer(block, '\0');
  while (const auto entry = reader.next()) {
    std::string& content = files[entry->path];
    while (const std::size_t count = reader.read(buffer)) content.append(buffer, 0, count);
    CHECK(content.size() == entry->size_bytes);
  }
  return files;
}

/// `archive` with the first header changed and its checksum made to fit again.
std::string with_header(std::string archive, std::size_t offset, std::string_view bytes) {
  archive.replace(offset, bytes.size(), bytes);
  archive.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(archive[i]);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum);
  archive.replace(148, 7, text, 7);
  return archive;
}

TEST_SUITE_BEGIN("registry/tar");

TEST_CASE("files come back as they were written, whatever their size and path") {
  const std::string long_name(100, 'n');
  const std::string deep = std::string(100, 'd') + "/" + std::string(50, 'e') + "/" + long_name;
  const std::map<std::string, std::string> files{{"empty", ""},
                                                 {"a/one", "x"},
                                                 {"block", std::string(512, 'b')},
                                                 {"more", std::string(513, 'm')},
                                                 {long_name, "l"},
                                                 {deep, "d"}};
  CHECK(files_in(archive_of(files)) == files);
  CHECK(files_in(archive_of(files), 7) == files);
  CHECK(archive_of(files) == archive_of(files));
  CHECK(files_in(archive_of({})).empty());
}

TEST_CASE("a path or size that does not fit is refused when writing") {
  for (const std::string& path : {std::string(101, 'a'), std::string(156, 'a') + "/b",
                                  std::string(10, 'a') + "/" + std::string(101, 'b')}) {
    CAPTURE(path);
    CHECK(error_code_of([&] { (void)archive_of({{path, ""}}); }) == "archive.unfit");
  }
  TarWriter writer([](std::string_view) {}, {});
  CHECK(error_code_of([&] { writer.begin("a", std::uint64_t{1} << 33); }) == "archive.unfit");
}

TEST_CASE("a cut archive is refused at every length") {
  const std::string bytes = archive_of({{"a", "content"}, {"b", "more"}});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK(error_code_of([&] { (void)files_in(bytes.substr(0, length)); }) == "archive.refused");
  }
}

TEST_CASE("a flipped bit in a header is refused") {
  const std::string bytes = archive_of({{"a", "content"}});
  for (std::size_t i = 0; i < 512 * 8; ++i) {
    std::string flipped = bytes;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    const std::string code = error_code_of([&] { (void)files_in(flipped); });
    // The checksum's own padding says nothing.
    CHECK((code == "archive.refused" || (i / 8 >= 148 && i / 8 < 156)));
  }
}

TEST_CASE("what is not a plain file inside the archive is refused under a valid checksum") {
  const std::string bytes = archive_of({{"abcdef", "content"}});
  struct Case {
    std::string name;
    std::size_t offset;
    std::string bytes;
  };
  const Case cases[] = {{"hard link", 156, "1"},
                        {"symbolic link", 156, "2"},
                        {"character device", 156, "3"},
                        {"block device", 156, "4"},
                        {"fifo", 156, "6"},
                        {"extended header", 156, "x"},
                        {"global header", 156, "g"},
                        {"GNU long name", 156, "L"},
                        {"sparse file", 156, "S"},
                        {"absolute path", 0, "/abcde"},
                        {"parent", 0, "../abc"},
                        {"parent inside", 0, "a/../b"},
                        {"backslash", 0, "a\\..\\b"},
                        {"newline", 0, "a\nbcde"},
                        {"no name", 0, std::string(6, '\0')},
                        {"parent in the prefix", 345, ".."},
                        {"absolute prefix", 345, "/etc"},
                        {"other magic", 257, "mlops"},
                        {"size in base 256", 124, std::string("\x80\0\0\0\0\0\0\0\0\0\0\1", 12)},
                        {"negative size", 124, "-0000000001"},
                        {"size beyond the end", 124, "77777777777"},
                        {"directory with content", 156, "5"}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(error_code_of([&] { (void)files_in(with_header(bytes, c.offset, c.bytes)); }) ==
          "archive.refused");
  }
  CHECK(files_in(with_header(bytes, 156, std::string(1, '\0'))).size() == 1);
}

TEST_CASE("directories are passed over, after the end only a record's zeros may follow") {
  const std::string empty = archive_of({{"abcdef", ""}});
  CHECK(files_in(with_header(with_header(empty, 0, "abcde/"), 156, "5")).empty());
  CHECK(files_in(empty + std::string(512 * 18, '\0')).size() == 1);
  CHECK(error_code_of([&] { (void)files_in(empty + std::string(512 * 300, '\0')); }) ==
        "archive.refused");
  CHECK(error_code_of([&] {
          (void)files_in(empty + archive_of({{"x", ""}}));
        }) == "archive.refused");
  CHECK(error_code_of([&] { (void)files_in(empty + std::string(100, '\0')); }) ==
        "archive.refused");
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
