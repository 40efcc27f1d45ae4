// The fuzzers' assertion.
#pragma once

#include <cstdlib>

namespace mlops::fuzz {

/// Ends the process, which is what libFuzzer and CTest notice.
inline void must_hold(bool condition) {
  if (!condition) std::abort();
}

}  // namespace mlops::fuzz
