// Loaded into the program under test by LD_PRELOAD: boosting runs out of memory, as XGBoost's C API
// reports it. NO_MEMORY says when:
//   trials  boosters that are judged on other rows: they hold two matrices
//   refit   boosters that are fitted for good: they hold one
#include <dlfcn.h>

#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string_view>

namespace {

struct Boosters {
  std::mutex mutex;
  std::set<void*> without_memory;
};

Boosters& boosters() {
  static Boosters all;
  return all;
}

bool has_no_memory(std::uint64_t n_matrices) {
  const char* text = std::getenv("NO_MEMORY");
  const std::string_view when = text == nullptr ? "" : text;
  return (when == "trials" && n_matrices == 2) || (when == "refit" && n_matrices == 1);
}

template <typename Function>
Function* library(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

thread_local bool failed_here = false;

}  // namespace

extern "C" {

int XGBoosterCreate(void* const matrices[], std::uint64_t n_matrices, void** out) {
  using Create = int(void* const[], std::uint64_t, void**);
  const int status = library<Create>("XGBoosterCreate")(matrices, n_matrices, out);
  const std::lock_guard lock(boosters().mutex);
  boosters().without_memory.erase(*out);
  if (has_no_memory(n_matrices)) boosters().without_memory.insert(*out);
  return status;
}

int XGBoosterUpdateOneIter(void* booster, int round, void* matrix) {
  {
    const std::lock_guard lock(boosters().mutex);
    failed_here = boosters().without_memory.count(booster) > 0;
  }
  if (failed_here) return -1;
  using Update = int(void*, int, void*);
  return library<Update>("XGBoosterUpdateOneIter")(booster, round, matrix);
}

const char* XGBGetLastError() {
  if (failed_here) return "std::bad_alloc";
  return library<const char*()>("XGBGetLastError")();
}
}
