#include <dlib/revision.h>
#include <fmt/format.h>

#include "learn/dlib_learners/dlib_learners.hpp"

namespace mlops::learn {

std::string dlib_version() {
  return fmt::format("{}.{}.{}", DLIB_MAJOR_VERSION, DLIB_MINOR_VERSION, DLIB_PATCH_VERSION);
}

}  // namespace mlops::learn
