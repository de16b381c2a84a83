// glibc's controls of freed memory, which are not in Swift's Glibc module, and what happens when the system refuses memory.
#include "CKernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

void ck_keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 8 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

void ck_release_freed_memory(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

enum { PURPOSE_SIZE = 400, EXIT_REFUSED = 70 };

static char program[64];
// What the thread is about, and before it has said anything, what the program is about. Of one thread, so no lock.
static _Thread_local char purpose[PURPOSE_SIZE];
static char stage[PURPOSE_SIZE];

static void copy(char *to, size_t room, const char *from) { snprintf(to, room, "%s", from); }

void ck_end_without_memory(const char *name) { copy(program, sizeof program, name); }

void ck_set_purpose(const char *text) { copy(purpose, sizeof purpose, text); }

void ck_set_stage(const char *text) { copy(stage, sizeof stage, text); }

void ck_refuse_memory(size_t bytes) {
  char line[2 * PURPOSE_SIZE + 200];
  const char *what = *purpose ? purpose : stage;
  int length = snprintf(line, sizeof line, "%s%s: the system refuses %zu bytes of memory%s%s; free some, or raise the limit (ulimit -v)\n",
                        isatty(STDERR_FILENO) ? "\r\033[K" : "", *program ? program : "siam", bytes,
                        *what ? " for " : "", what);
  if (length > 0) (void)!write(STDERR_FILENO, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
  if (*program) _exit(EXIT_REFUSED);
  abort();
}
