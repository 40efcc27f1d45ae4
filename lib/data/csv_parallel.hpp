// Parses a whole separated file on several threads. The cuts between the threads' stretches are
// guessed and then proved: a stretch must end exactly where the next one begins, otherwise the file
// is parsed again from the front by one thread. The result never depends on the number of threads.
#pragma once

#include "data/csv_slice.hpp"

namespace mlops::data {

/// Parses [request.begin, request.end) with up to `n_threads` threads; each gets at least
/// `least_bytes`. Throws io.
[[nodiscard]] SliceResult parse_in_parallel(const SliceRequest& request, unsigned n_threads,
                                            std::uint64_t least_bytes = std::uint64_t{4} << 20);

}  // namespace mlops::data
