// Writes the mixed file of the CSV benchmark: an id, 14 fractions of which 6 % are empty, a date,
// four categories (one quoted with a comma inside) and a label. The same size and seed give the
// same bytes. Usage: generate_csv FILE MEGABYTES [SEED]
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/random.hpp"

namespace {

constexpr const char* kHeader =
    "id,f1,f2,f3,f4,f5,f6,f7,f8,f9,f10,f11,f12,f13,f14,date,city,product,segment,channel,label\n";

void append_row(std::string& text, std::uint64_t id, mlops::Random& random) {
  fmt::format_to(std::back_inserter(text), "{}", 100000 + id * 7 % 9000000);
  for (int i = 0; i < 14; ++i) {
    text += ',';
    if (random.uniform() < 0.06) continue;
    const double value = random.normal() * (i + 1);
    fmt::format_to(std::back_inserter(text), "{:.{}f}", value, 2 + i % 4);
  }
  fmt::format_to(std::back_inserter(text), ",20{:02}-{:02}-{:02}", random.below(25),
                 1 + random.below(12), 1 + random.below(28));
  fmt::format_to(std::back_inserter(text), ",\"City {}, {}\"", random.below(300),
                 random.below(2) == 0 ? "North" : "South");
  fmt::format_to(std::back_inserter(text), ",product-{}", random.below(5000));
  static constexpr const char* kSegments[] = {"basic", "plus", "premium", "enterprise", "NA"};
  static constexpr const char* kChannels[] = {"web", "store", "phone"};
  fmt::format_to(std::back_inserter(text), ",{},{},{}\n", kSegments[random.below(5)],
                 kChannels[random.below(3)], random.below(10) < 3 ? "Yes" : "No");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: generate_csv FILE MEGABYTES [SEED]\n");
    return 2;
  }
  std::FILE* file = std::fopen(argv[1], "wb");
  if (file == nullptr) return 8;
  const std::uint64_t wanted = std::strtoull(argv[2], nullptr, 10) * 1'000'000;
  mlops::Random random(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
  std::string text = kHeader;
  std::uint64_t written = 0;
  for (std::uint64_t id = 0; written < wanted; ++id) {
    append_row(text, id, random);
    if (text.size() < 1 << 20) continue;
    written += std::fwrite(text.data(), 1, text.size(), file);
    text.clear();
  }
  std::fwrite(text.data(), 1, text.size(), file);
  return std::fclose(file) == 0 ? 0 : 8;
}
