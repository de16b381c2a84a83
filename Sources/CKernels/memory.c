// glibc's controls of freed memory, which are not in Swift's Glibc module.
#include "CKernels.h"
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
