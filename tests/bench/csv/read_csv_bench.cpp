// Reads a file and prints one JSON line: wall and processor seconds, megabytes a second, rows, peak
// resident memory. Usage: read_csv_bench FILE THREADS [checksum]
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "data/reader.hpp"

namespace {

double cpu_seconds(const rusage& usage) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: read_csv_bench FILE THREADS [checksum]\n");
    return 2;
  }
  mlops::data::ReadOptions options;
  options.threads = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
  options.checksum = argc > 3 && std::string_view(argv[3]) == "checksum";
  try {
    const auto start = std::chrono::steady_clock::now();
    const mlops::data::ReadResult result = mlops::data::read_table(argv[1], options);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double megabytes = static_cast<double>(result.size_bytes) / 1e6;
    fmt::print(
        "{{\"reader\":\"mlops\",\"threads\":{},\"checksum\":{},\"seconds\":{:.3f},\"cpu_seconds\":{"
        ":.3f},\"mb_per_s\":{:."
        "1f},"
        "\"rows\":{},\"columns\":{},\"file_mb\":{:.1f},\"peak_mb\":{:.1f}}}\n",
        options.threads, options.checksum, seconds.count(), cpu_seconds(usage),
        megabytes / seconds.count(), result.table.n_rows, result.table.columns.size(), megabytes,
        static_cast<double>(usage.ru_maxrss) * 1024 / 1e6);
  } catch (const mlops::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
