// Loaded into the program under test by LD_PRELOAD: counts the calls that touch one directory and
// makes one of them fail, be torn, or be the last. Environment:
//   MLOPS_FAULT_ROOT     the directory, absolute
//   MLOPS_FAULT_CONTROL  a directory with two pipes, `ask` and `answer`
//   MLOPS_FAULT_START    which touch (from 1) turns the process into a fork server, default the
//   first
// A fork server reads lines "KIND N" and for each forks a child that goes on with that plan, waits
// for it and answers "STATUS TOUCHES" (wait status, touches of the child). What came before the
// first touch, such as a training, is thus done once for all points. KIND is one of
//   n  nothing fails; every touch is listed in CONTROL/touches, a line "N OPERATION PATH" each
//   k  killed instead of the N-th touch
//   t  killed in the middle of the N-th touch, a write of which half arrives
//   e  the N-th touch fails with EIO
//   f  the disk is full: the N-th touch, and everything later that needs space, fails with ENOSPC
// Calls the kernel directly, so that it works below a sanitizer's interceptors too.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

/// A hanging child is a finding, not a hanging test.
constexpr unsigned kChildLimitSeconds = 120;

enum class Op { look, open, create, read, write, sync, cut, rename, remove, make, lock };
constexpr const char* kNames[] = {"look", "open",   "create", "read", "write", "sync",
                                  "cut",  "rename", "remove", "make", "lock"};

struct State {
  const char* root = std::getenv("MLOPS_FAULT_ROOT");
  const char* control = std::getenv("MLOPS_FAULT_CONTROL");
  long start = std::getenv("MLOPS_FAULT_START") ? std::atol(std::getenv("MLOPS_FAULT_START")) : 1;
  char kind = 0;  ///< 0: not a child of the fork server yet
  long at = 0;
  int list = -1;
  long early = 0;           ///< touches before the fork server
  long* touches = nullptr;  ///< of the child, shared with the server
};

State& state() {
  static State instance;
  return instance;
}

int raw_open(const char* path, int flags, mode_t mode = 0) {
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode));
}

int open_control(const char* name, int flags) {
  char path[PATH_MAX];
  std::snprintf(path, sizeof path, "%s/%s", state().control, name);
  return raw_open(path, flags, 0644);
}

void raw_write(int fd, const char* text, int size) {
  static_cast<void>(::syscall(SYS_write, fd, text, size));
}

/// Reads one request; false at the end of the pipe.
bool read_request(int ask) {
  char line[32] = {};
  const long size = ::syscall(SYS_read, ask, line, sizeof line - 1);
  return size > 0 && std::sscanf(line, "%c %ld", &state().kind, &state().at) == 2;
}

/// Children share the offsets of the files that are open: each starts where the first one did.
struct Offsets {
  static constexpr int kMax = 256;
  off_t at[kMax];

  void remember() {
    for (int fd = 0; fd < kMax; ++fd) at[fd] = ::syscall(SYS_lseek, fd, 0, SEEK_CUR);
  }
  void restore() const {
    for (int fd = 0; fd < kMax; ++fd)
      if (at[fd] >= 0) ::syscall(SYS_lseek, fd, at[fd], SEEK_SET);
  }
};

/// Returns in a child only.
void serve() {
  Offsets offsets;
  offsets.remember();
  const int ask = open_control("ask", O_RDONLY);
  const int answer = open_control("answer", O_WRONLY);
  state().touches = static_cast<long*>(
      ::mmap(nullptr, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  while (read_request(ask)) {
    *state().touches = 0;
    offsets.restore();
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(kChildLimitSeconds);
      if (state().kind == 'n') state().list = open_control("touches", O_WRONLY | O_CREAT | O_TRUNC);
      return;
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    char line[64];
    raw_write(answer, line, std::snprintf(line, sizeof line, "%d %ld\n", status, *state().touches));
  }
  ::_exit(0);
}

bool needs_space(Op op) {
  return op == Op::create || op == Op::write || op == Op::make;
}

bool may_lack_space(Op op) {
  return needs_space(op) || op == Op::rename || op == Op::sync;
}

void die() {
  ::syscall(SYS_kill, ::getpid(), SIGKILL);
  for (;;) ::pause();
}

/// What becomes of a touch.
struct Verdict {
  int error = 0;
  bool torn = false;
};

Verdict judge(Op op, const char* path) {
  State& now = state();
  if (now.kind == 0) {
    if (++now.early < now.start) return {};
    serve();
  }
  const long number = ++*now.touches;
  if (now.list >= 0) {
    char line[PATH_MAX + 64];
    raw_write(now.list, line,
              std::snprintf(line, sizeof line, "%ld %s %s\n", number, kNames[static_cast<int>(op)],
                            path + std::strlen(now.root)));
  }
  if (now.kind == 'f' && number > now.at && needs_space(op)) return {.error = ENOSPC};
  if (now.kind == 'n' || number != now.at) return {};
  if (now.kind == 'k') die();
  if (now.kind == 't') return {.torn = op == Op::write};
  if (now.kind == 'f') return {.error = may_lack_space(op) ? ENOSPC : 0};
  return {.error = EIO};
}

bool is_below_root(const char* path) {
  const char* root = state().root;
  if (root == nullptr || state().control == nullptr) return false;
  const std::size_t length = std::strlen(root);
  return std::strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/// Keeps errno: a call that succeeds must not change it.
Verdict judge_path(Op op, const char* path) {
  const int kept = errno;
  const Verdict verdict = path != nullptr && is_below_root(path) ? judge(op, path) : Verdict{};
  errno = kept;
  return verdict;
}

Verdict judge_descriptor(Op op, int fd, const char* below = "") {
  if (state().root == nullptr) return {};
  const int kept = errno;
  char link[64];
  char path[PATH_MAX] = {};
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const long size = ::syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  errno = kept;
  if (size <= 0) return {};
  if (*below != 0)
    std::snprintf(path + size, sizeof path - static_cast<std::size_t>(size), "/%s", below);
  return judge_path(op, path);
}

Verdict judge_at(Op op, int directory, const char* path) {
  if (path == nullptr || path[0] == '/' || directory == AT_FDCWD) return judge_path(op, path);
  return judge_descriptor(op, directory, path);
}

template <typename Call>
auto unless_failed(Verdict verdict, const Call& call) -> decltype(call()) {
  if (verdict.error == 0) return call();
  errno = verdict.error;
  return -1;
}

ssize_t write_or_tear(Verdict verdict, const void* buffer, std::size_t size,
                      long (*call)(int, const void*, std::size_t, off_t), int fd, off_t offset) {
  if (!verdict.torn) return unless_failed(verdict, [&] { return call(fd, buffer, size, offset); });
  call(fd, buffer, size / 2, offset);
  die();
  return -1;
}

long write_here(int fd, const void* buffer, std::size_t size, off_t) {
  return ::syscall(SYS_write, fd, buffer, size);
}

long write_there(int fd, const void* buffer, std::size_t size, off_t offset) {
  return ::syscall(SYS_pwrite64, fd, buffer, size, offset);
}

int open_any(int directory, const char* path, int flags, mode_t mode) {
  const Op op = (flags & O_CREAT) != 0 ? Op::create : (flags & O_TRUNC) != 0 ? Op::cut : Op::open;
  return unless_failed(judge_at(op, directory, path), [&] {
    return static_cast<int>(::syscall(SYS_openat, directory, path, flags, mode));
  });
}

mode_t mode_of(int flags, std::va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

template <typename... Arguments>
int call_int(Verdict verdict, long number, Arguments... arguments) {
  return unless_failed(verdict, [&] { return static_cast<int>(::syscall(number, arguments...)); });
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_any(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_any(AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_any(directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_any(directory, path, flags, mode);
}

DIR* opendir(const char* path) {
  static const auto call = next<DIR* (*)(const char*)>("opendir");
  const Verdict verdict = judge_path(Op::open, path);
  if (verdict.error == 0) return call(path);
  errno = verdict.error;
  return nullptr;
}

struct dirent* readdir(DIR* directory) {
  static const auto call = next<struct dirent* (*)(DIR*)>("readdir");
  const Verdict verdict = judge_descriptor(Op::read, ::dirfd(directory));
  if (verdict.error == 0) return call(directory);
  errno = verdict.error;
  return nullptr;
}

FILE* fopen(const char* path, const char* mode) {
  static const auto call = next<FILE* (*)(const char*, const char*)>("fopen");
  const Verdict verdict = judge_path(mode[0] == 'r' ? Op::open : Op::create, path);
  if (verdict.error == 0) return call(path, mode);
  errno = verdict.error;
  return nullptr;
}
FILE* fopen64(const char* path, const char* mode) {
  return fopen(path, mode);
}

char* mkdtemp(char* pattern) {
  static const auto call = next<char* (*)(char*)>("mkdtemp");
  const Verdict verdict = judge_path(Op::make, pattern);
  if (verdict.error == 0) return call(pattern);
  errno = verdict.error;
  return nullptr;
}

ssize_t read(int fd, void* buffer, std::size_t size) {
  return unless_failed(judge_descriptor(Op::read, fd),
                       [&] { return ::syscall(SYS_read, fd, buffer, size); });
}
ssize_t pread(int fd, void* buffer, std::size_t size, off_t offset) {
  return unless_failed(judge_descriptor(Op::read, fd),
                       [&] { return ::syscall(SYS_pread64, fd, buffer, size, offset); });
}
ssize_t pread64(int fd, void* buffer, std::size_t size, off64_t offset) {
  return pread(fd, buffer, size, offset);
}
ssize_t write(int fd, const void* buffer, std::size_t size) {
  return write_or_tear(judge_descriptor(Op::write, fd), buffer, size, write_here, fd, 0);
}
ssize_t pwrite(int fd, const void* buffer, std::size_t size, off_t offset) {
  return write_or_tear(judge_descriptor(Op::write, fd), buffer, size, write_there, fd, offset);
}
ssize_t pwrite64(int fd, const void* buffer, std::size_t size, off64_t offset) {
  return pwrite(fd, buffer, size, offset);
}

int fsync(int fd) {
  return call_int(judge_descriptor(Op::sync, fd), SYS_fsync, fd);
}
int fdatasync(int fd) {
  return call_int(judge_descriptor(Op::sync, fd), SYS_fdatasync, fd);
}
int flock(int fd, int operation) {
  return call_int(judge_descriptor(Op::lock, fd), SYS_flock, fd, operation);
}
int ftruncate(int fd, off_t size) {
  return call_int(judge_descriptor(Op::cut, fd), SYS_ftruncate, fd, size);
}
int ftruncate64(int fd, off64_t size) {
  return ftruncate(fd, size);
}
int truncate(const char* path, off_t size) {
  return call_int(judge_path(Op::cut, path), SYS_truncate, path, size);
}
int truncate64(const char* path, off64_t size) {
  return truncate(path, size);
}
int fallocate(int fd, int mode, off_t offset, off_t size) {
  return call_int(judge_descriptor(Op::write, fd), SYS_fallocate, fd, mode, offset, size);
}

int rename(const char* from, const char* to) {
  return call_int(judge_path(Op::rename, to), SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat2(int from_directory, const char* from, int to_directory, const char* to,
              unsigned flags) {
  return call_int(judge_at(Op::rename, to_directory, to), SYS_renameat2, from_directory, from,
                  to_directory, to, flags);
}
int link(const char* from, const char* to) {
  return call_int(judge_path(Op::create, to), SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int unlink(const char* path) {
  return call_int(judge_path(Op::remove, path), SYS_unlinkat, AT_FDCWD, path, 0);
}
int unlinkat(int directory, const char* path, int flags) {
  return call_int(judge_at(Op::remove, directory, path), SYS_unlinkat, directory, path, flags);
}
int rmdir(const char* path) {
  return call_int(judge_path(Op::remove, path), SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}
int remove(const char* path) {
  return unless_failed(judge_path(Op::remove, path), [&] {
    const long removed = ::syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    const bool directory = removed != 0 && errno == EISDIR;
    return static_cast<int>(directory ? ::syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR)
                                      : removed);
  });
}
int mkdir(const char* path, mode_t mode) {
  return call_int(judge_path(Op::make, path), SYS_mkdirat, AT_FDCWD, path, mode);
}

int stat(const char* path, struct stat* info) {
  return call_int(judge_path(Op::look, path), SYS_newfstatat, AT_FDCWD, path, info, 0);
}
int lstat(const char* path, struct stat* info) {
  return call_int(judge_path(Op::look, path), SYS_newfstatat, AT_FDCWD, path, info,
                  AT_SYMLINK_NOFOLLOW);
}
int fstat(int fd, struct stat* info) {
  return call_int(judge_descriptor(Op::look, fd), SYS_fstat, fd, info);
}
int fstatat(int directory, const char* path, struct stat* info, int flags) {
  return call_int(judge_at(Op::look, directory, path), SYS_newfstatat, directory, path, info,
                  flags);
}
int faccessat(int directory, const char* path, int mode, int) {
  return call_int(judge_at(Op::look, directory, path), SYS_faccessat, directory, path, mode);
}
int access(const char* path, int mode) {
  return call_int(judge_path(Op::look, path), SYS_faccessat, AT_FDCWD, path, mode);
}

}  // extern "C"
