#include "base/shared_snapshot.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace mlops {

TEST_SUITE("base/shared_snapshot") {
  TEST_CASE("readers see one value whole while others come, and keep it") {
    constexpr int kValues = 2000;
    SharedSnapshot<std::vector<int>> snapshot(std::make_shared<const std::vector<int>>(100, 0));
    const auto first = snapshot.load();
    std::vector<std::thread> readers;
    std::vector<int> last(3, 0);
    bool whole[] = {true, true, true};
    for (std::size_t reader = 0; reader < last.size(); ++reader) {
      readers.emplace_back([&, reader] {
        while (last[reader] < kValues) {
          const auto seen = snapshot.load();
          whole[reader] = whole[reader] && seen->front() == seen->back();
          last[reader] = seen->front();
        }
      });
    }
    for (int value = 1; value <= kValues; ++value)
      snapshot.store(std::make_shared<const std::vector<int>>(100, value));
    for (std::thread& reader : readers) reader.join();
    for (const bool each : whole) CHECK(each);
    CHECK(first->front() == 0);
    CHECK(snapshot.load()->front() == kValues);
  }
}

}  // namespace mlops
