// How many processors this process may use: the macros for sets of processors are not in Swift's Glibc module.
#define _GNU_SOURCE
#include "CKernels.h"
#include <errno.h>
#include <sched.h>
#include <unistd.h>

ptrdiff_t ck_online_processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? count : 1;
}

ptrdiff_t ck_allowed_processors(void) {
  // The kernel refuses a set that is smaller than its own, whose size it does not tell.
  for (int size = 1024; size <= 1 << 20; size *= 4) {
    cpu_set_t *set = CPU_ALLOC(size);
    if (!set) break;
    int failed = sched_getaffinity(0, CPU_ALLOC_SIZE(size), set);
    int failure = errno;
    int count = failed ? 0 : CPU_COUNT_S(CPU_ALLOC_SIZE(size), set);
    CPU_FREE(set);
    if (count > 0) return count;
    if (failure != EINVAL) break;
  }
  return ck_online_processors();
}
