/* Stands between siam and the C library, loaded by LD_PRELOAD: sees every call that changes files below one folder, and
 * makes chosen ones fail, be cut short, or be the program's last.
 *
 *   SOAK_UNDER    the folder; calls about other files pass unseen
 *   SOAK_LOG      a file that gets a line for each call: its number, name, path, and how it ended
 *   SOAK_FAIL     "N ERRNO" makes call N fail; "N ERRNO on" makes N and all after it fail, as a full disk does; writes
 *                 alone fail halfway first: half of the bytes are written, and the next write fails
 *   SOAK_KILL     "N before", "N after" or "N half": SIGKILL around call N, or in the middle of a write
 *   SOAK_RAISE    "N SIGNAL": that signal before call N
 *
 * Calls are open (for writing), write, fsync, close (of a file open for writing), rename, unlink and mkdir, counted from 1.
 *
 * Calls that only look are counted apart, together with those above:
 *   SOAK_LOOK     a file that gets a line for each of them: its number, name, path, and how it ended
 *   SOAK_REFUSE   "N ERRNO": call N fails; every later call of theirs that succeeds leaves EXDEV in errno, as a successful
 *                 call may, so that a program that looks at errno too late gives that as its reason
 * They are also stat, lstat, fstat, opendir, readdir, realpath, flock, read and pread.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int calls, looks;
static atomic_bool refused;

#define REAL(name, ...) (((__typeof__(&name))dlsym(RTLD_NEXT, #name))(__VA_ARGS__))

/* Whether a path is below the folder. */
static int concerns(const char *path) {
  const char *under = getenv("SOAK_UNDER");
  return under && path && strncmp(path, under, strlen(under)) == 0;
}

/* The path behind a descriptor that is open for writing, or a folder's; "" for any other. */
static const char *path_of(int fd, char *buffer) {
  char link[64];
  buffer[0] = 0;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return buffer;
  if ((flags & O_ACCMODE) == O_RDONLY && !(flags & O_DIRECTORY)) return buffer;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(link, buffer, PATH_MAX - 1);
  buffer[count < 0 ? 0 : count] = 0;
  return buffer;
}

static void note_in(const char *log, int number, const char *name, const char *path, const char *end) {
  if (!log) return;
  int saved = errno;
  char line[2 * PATH_MAX + 100];
  int count = snprintf(line, sizeof line, "%d %s %s %s\n", number, name, end, path);
  int fd = REAL(open, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd >= 0) {
    (void)!REAL(write, fd, line, (size_t)count);
    REAL(close, fd);
  }
  errno = saved;
}

static void note(int number, const char *name, const char *path, const char *end) {
  note_in(getenv("SOAK_LOG"), number, name, path, end);
}

/* Whether a call of either kind is to be refused; sets errno if so. */
static int refuses(const char *name, const char *path) {
  if (!concerns(path)) return 0;
  int number = atomic_fetch_add(&looks, 1) + 1, at, error;
  const char *order = getenv("SOAK_REFUSE");
  int is_it = order && sscanf(order, "%d %d", &at, &error) == 2 && at == number;
  note_in(getenv("SOAK_LOOK"), number, name, path, is_it ? "refused" : "seen");
  if (!is_it) return 0;
  atomic_store(&refused, 1);
  errno = error;
  return 1;
}

/* What a call that succeeded leaves behind. */
static void spoil(void) {
  if (atomic_load(&refused)) errno = EXDEV;
}

enum fate { PASS, FAIL, HALF };

static int killed_at(int number, const char *when) {
  const char *order = getenv("SOAK_KILL");
  char word[16];
  int at;
  return order && sscanf(order, "%d %15s", &at, word) == 2 && at == number && strcmp(word, when) == 0;
}

/* What is to become of a call; sets errno for one that fails. */
static enum fate fate_of(int number, const char *name) {
  if (killed_at(number, "before")) raise(SIGKILL);
  if (killed_at(number, "half")) return HALF;
  const char *order = getenv("SOAK_RAISE");
  int at, error, number_of_signal;
  if (order && sscanf(order, "%d %d", &at, &number_of_signal) == 2 && at == number) kill(getpid(), number_of_signal);
  order = getenv("SOAK_FAIL");
  char on[8] = "";
  if (!order || sscanf(order, "%d %d %7s", &at, &error, on) < 2) return PASS;
  if (number != at && !(number > at && *on)) return PASS;
  /* A full disk still lets files be closed and removed. */
  if (number > at && (strcmp(name, "close") == 0 || strcmp(name, "unlink") == 0)) return PASS;
  errno = error;
  return number == at && *on && strcmp(name, "write") == 0 ? HALF : FAIL;
}

/* Begins a call: its number, or 0 if it is none of ours. */
#define BEGIN(path) int number = concerns(path) ? atomic_fetch_add(&calls, 1) + 1 : 0
#define FATE(name, path)                                                     \
  if (number && fate_of(number, name) == FAIL) return note(number, name, path, "failed"), -1
#define END(name, path)                                                      \
  if (result >= 0) spoil();                                                  \
  if (number) note(number, name, path, result < 0 ? "refused" : "done");     \
  if (number && killed_at(number, "after")) raise(SIGKILL);                  \
  return result

static int opened(const char *path, int flags, mode_t mode) {
  if (refuses("open", path)) return -1;
  if ((flags & O_ACCMODE) == O_RDONLY) return REAL(open, path, flags, mode);
  BEGIN(path);
  FATE("open", path);
  int result = REAL(open, path, flags, mode);
  END("open", path);
}

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return opened(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  char path[PATH_MAX];
  if (refuses("write", path_of(fd, path))) return -1;
  BEGIN(path);
  if (number) {
    enum fate fate = fate_of(number, "write");
    if (fate == FAIL) return note(number, "write", path, "failed"), -1;
    if (fate == HALF) {
      ssize_t half = REAL(write, fd, bytes, (count + 1) / 2);
      note(number, "write", path, "half");
      if (killed_at(number, "half")) raise(SIGKILL);
      return half;
    }
  }
  ssize_t result = REAL(write, fd, bytes, count);
  END("write", path);
}

int fsync(int fd) {
  char path[PATH_MAX];
  if (refuses("fsync", path_of(fd, path))) return -1;
  BEGIN(path);
  FATE("fsync", path);
  int result = REAL(fsync, fd);
  END("fsync", path);
}

int close(int fd) {
  char path[PATH_MAX];
  int saved = errno;
  path_of(fd, path);
  errno = saved;
  struct stat status;
  if (concerns(path) && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) path[0] = 0;
  if (refuses("close", path)) {
    int error = errno;
    REAL(close, fd);  /* Linux closes it all the same */
    errno = error;
    return -1;
  }
  BEGIN(path);
  if (number && fate_of(number, "close") == FAIL) {
    int error = errno;
    REAL(close, fd);  /* Linux closes it all the same */
    errno = error;
    return note(number, "close", path, "failed"), -1;
  }
  int result = REAL(close, fd);
  END("close", path);
}

int rename(const char *from, const char *to) {
  if (refuses("rename", to)) return -1;
  BEGIN(to);
  FATE("rename", to);
  int result = REAL(rename, from, to);
  END("rename", to);
}

int unlink(const char *path) {
  if (refuses("unlink", path)) return -1;
  BEGIN(path);
  FATE("unlink", path);
  int result = REAL(unlink, path);
  END("unlink", path);
}

int mkdir(const char *path, mode_t mode) {
  if (refuses("mkdir", path)) return -1;
  BEGIN(path);
  FATE("mkdir", path);
  int result = REAL(mkdir, path, mode);
  END("mkdir", path);
}

/* Calls that only look. */

/* The path behind any descriptor; "" where there is none. */
static const char *name_of(int fd, char *buffer) {
  char link[64];
  int saved = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(link, buffer, PATH_MAX - 1);
  buffer[count < 0 ? 0 : count] = 0;
  errno = saved;
  return buffer;
}

#define LOOK(type, failed, name, path, call)    \
  if (refuses(name, path)) return failed;       \
  type result = call;                           \
  if (result != failed) spoil();                \
  return result

int stat(const char *path, struct stat *status) { LOOK(int, -1, "stat", path, REAL(stat, path, status)); }
int lstat(const char *path, struct stat *status) { LOOK(int, -1, "lstat", path, REAL(lstat, path, status)); }
DIR *opendir(const char *path) { LOOK(DIR *, NULL, "opendir", path, REAL(opendir, path)); }
char *realpath(const char *path, char *to) { LOOK(char *, NULL, "realpath", path, REAL(realpath, path, to)); }

int fstat(int fd, struct stat *status) {
  char path[PATH_MAX];
  LOOK(int, -1, "fstat", name_of(fd, path), REAL(fstat, fd, status));
}

int flock(int fd, int operation) {
  char path[PATH_MAX];
  LOOK(int, -1, "flock", name_of(fd, path), REAL(flock, fd, operation));
}

ssize_t read(int fd, void *into, size_t count) {
  char path[PATH_MAX];
  LOOK(ssize_t, -1, "read", name_of(fd, path), REAL(read, fd, into, count));
}

ssize_t pread(int fd, void *into, size_t count, off_t offset) {
  char path[PATH_MAX];
  LOOK(ssize_t, -1, "pread", name_of(fd, path), REAL(pread, fd, into, count, offset));
}

/* The end of a folder leaves errno as it was. */
struct dirent *readdir(DIR *folder) {
  char path[PATH_MAX];
  if (refuses("readdir", name_of(dirfd(folder), path))) return NULL;
  struct dirent *result = REAL(readdir, folder);
  if (result) spoil();
  return result;
}
