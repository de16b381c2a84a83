// Allocation that ends the program with one line when the system refuses memory, where Swift's runtime would crash with a
// report of many lines, and where libpng and libjpeg would call a sound picture broken.
//
// The functions stand before those of the C library, in the program alone: a library must not decide this for its client.
#include "CAllocation.h"
#include "CKernels.h"
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#ifndef __has_feature
#define __has_feature(name) 0
#endif

#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
const int ca_is_installed = 1;

// glibc's own functions, under the names that it keeps for this purpose.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void *checked(void *block, size_t bytes) {
  if (!block) ck_refuse_memory(bytes);
  return block;
}

static size_t product(size_t count, size_t size) {
  size_t bytes;
  return __builtin_mul_overflow(count, size, &bytes) ? (size_t)-1 : bytes;
}

void *malloc(size_t bytes) { return checked(__libc_malloc(bytes), bytes); }

void *calloc(size_t count, size_t size) { return checked(__libc_calloc(count, size), product(count, size)); }

void *realloc(void *block, size_t bytes) {
  void *moved = __libc_realloc(block, bytes);
  return bytes ? checked(moved, bytes) : moved;  // of no bytes, it frees
}

void *memalign(size_t alignment, size_t bytes) { return checked(__libc_memalign(alignment, bytes), bytes); }

void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void **block, size_t alignment, size_t bytes) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1))) return EINVAL;
  *block = memalign(alignment, bytes);
  return 0;
}
#else
const int ca_is_installed = 0;
#endif
