// The choice of the variant. It is an atomic pointer, set once: sound under every sanitizer, where target_clones and
// ifunc are not.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "variants.h"

// Those of this build, the best first; `narrow` is for tests: it follows `plain`, so it is never the default.
static const ck_table *const variants[] = {
#if defined(__x86_64__)
  &ck_avx512_table,
  &ck_avx2_table,
#endif
  &ck_plain_table,
#ifdef HAS_NARROW
  &ck_narrow_table,
#endif
};
enum { COUNT = sizeof variants / sizeof *variants };

static bool runs_here(const ck_table *variant) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (variant == &ck_avx512_table)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  if (variant != &ck_plain_table) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  (void)variant;
#endif
  return true;
}

const ck_table *ck_find(const char *name) {
  for (int i = 0; i < COUNT; i++)
    if ((!name || !strcmp(name, variants[i]->name)) && runs_here(variants[i])) return variants[i];
  return NULL;
}

const ck_table *ck_kernels(void) {
  static _Atomic(const ck_table *) chosen;
  const ck_table *found = atomic_load_explicit(&chosen, memory_order_acquire);
  if (!found) {
    const char *wanted = getenv("SIAM_KERNELS");
    found = wanted ? ck_find(wanted) : NULL;
    if (!found) found = ck_find(NULL);
    atomic_store_explicit(&chosen, found, memory_order_release);
  }
  return found;
}

const char *ck_variant_name(ptrdiff_t index) {
  for (int i = 0; i < COUNT; i++)
    if (runs_here(variants[i]) && index-- == 0) return variants[i]->name;
  return NULL;
}
