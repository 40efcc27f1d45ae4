#include "base/lock.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/file.hpp"

namespace mlops {

TEST_SUITE("base/lock") {
  TEST_CASE("a second owner is refused until the first lets go") {
    const TempDirectory directory;
    const auto path = directory.path() / "lock";
    {
      const auto first = FileLock::try_acquire(path);
      CHECK(first.has_value());
      CHECK_FALSE(FileLock::try_acquire(path).has_value());
    }
    CHECK(FileLock::try_acquire(path).has_value());
  }

  TEST_CASE("a killed owner's lock is free") {
    const TempDirectory directory;
    const auto path = directory.path() / "lock";
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto lock = FileLock::acquire(path);
      const char byte = 'x';
      static_cast<void>(::write(ready[1], &byte, 1) == 1);
      for (;;) ::pause();
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK_FALSE(FileLock::try_acquire(path).has_value());
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(FileLock::try_acquire(path).has_value());
    ::close(ready[0]);
    ::close(ready[1]);
  }
}

}  // namespace mlops
