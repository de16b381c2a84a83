// Chooses the variant once and forwards to it. The choice is an atomic pointer: sound under every sanitizer, where
// target_clones and ifunc are not.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

typedef struct {
  const ck_table *loops;
  const ck_pixel_table *pixels;
  const ck_map_table *maps;
} variant;

// Those of this build, the best first; `narrow` is for tests, and comes after one that every processor has.
#define TABLES(name) {&ck_##name##_table, &ck_##name##_pixel_table, &ck_##name##_map_table}
static const variant variants[] = {
#if defined(__x86_64__)
  TABLES(avx512),
  TABLES(avx2),
#endif
  TABLES(plain),
#ifdef CK_NARROW
  TABLES(narrow),
#endif
};
enum { COUNT = sizeof variants / sizeof *variants };

static bool runs_here(const variant *v) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (v->loops == &ck_avx512_table)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  if (v->loops != &ck_plain_table) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return true;
}

// By name, or the best there is.
static const variant *find(const char *name) {
  for (int i = 0; i < COUNT; i++)
    if ((!name || !strcmp(name, variants[i].loops->name)) && runs_here(&variants[i])) return &variants[i];
  return NULL;
}

static _Atomic(const variant *) chosen;

static const variant *current(void) {
  const variant *found = atomic_load_explicit(&chosen, memory_order_acquire);
  if (!found) {
    const char *wanted = getenv("SIAM_KERNELS");
    found = wanted ? find(wanted) : NULL;
    if (!found) found = find(NULL);
    atomic_store_explicit(&chosen, found, memory_order_release);
  }
  return found;
}

static const ck_table *table(void) { return current()->loops; }
const ck_pixel_table *ck_pixels(void) { return current()->pixels; }
const ck_map_table *ck_maps(void) { return current()->maps; }
const char *ck_variant(void) { return table()->name; }

const ck_table *ck_find(const char *name) {
  const variant *found = find(name);
  return found ? found->loops : NULL;
}
const ck_pixel_table *ck_find_pixels(const char *name) {
  const variant *found = find(name);
  return found ? found->pixels : NULL;
}
const ck_map_table *ck_find_maps(const char *name) {
  const variant *found = find(name);
  return found ? found->maps : NULL;
}

const char *ck_variant_at(ptrdiff_t index) {
  for (int i = 0; i < COUNT; i++)
    if (runs_here(&variants[i]) && index-- == 0) return variants[i].loops->name;
  return NULL;
}

void ck_multiply(const ck_patches *patches, const float *panels, ptrdiff_t channels, const float *bias, float *output,
                 ptrdiff_t out_row, ptrdiff_t out_pixel) {
  table()->multiply(patches, panels, channels, bias, output, out_row, out_pixel);
}
void ck_accumulate_outer(const ck_patches *patches, ptrdiff_t from, ptrdiff_t to, const float *dy, ptrdiff_t dy_row,
                         ptrdiff_t channels, float *sums) {
  table()->accumulate_outer(patches, from, to, dy, dy_row, channels, sums);
}
void ck_channel_statistics(const float *x, ptrdiff_t pixels, ptrdiff_t channels, float *mean, float *deviation) {
  table()->channel_statistics(x, pixels, channels, mean, deviation);
}
void ck_place(const float *x, const float *residual, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
              const float *scale, const float *shift, const float *residual_scale, bool relu, float *y, ptrdiff_t y_row,
              float *also) {
  table()->place(x, residual, rows, columns, channels, scale, shift, residual_scale, relu, y, y_row, also);
}
void ck_place_gradient(const float *dy, const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
                       const float *a, const float *b, const float *c, float *dx, ptrdiff_t dx_row) {
  table()->place_gradient(dy, x, rows, columns, channels, a, b, c, dx, dx_row);
}
void ck_gradient_sums(const float *dy, const float *more, const float *y, const float *x, ptrdiff_t pixels,
                      ptrdiff_t channels, const float *mean, const float *scale, const float *shift, float *sum,
                      float *product, float *counted) {
  table()->gradient_sums(dy, more, y, x, pixels, channels, mean, scale, shift, sum, product, counted);
}
void ck_add(const float *x, ptrdiff_t n, float *y) { table()->add(x, n, y); }
void ck_sgd(float *value, const float *gradient, float *velocity, ptrdiff_t n, float rate, float momentum,
            float decay) {
  table()->sgd(value, gradient, velocity, n, rate, momentum, decay);
}
double ck_multiply_adds(ptrdiff_t rounds, float *sink) { return table()->multiply_adds(rounds, sink); }
void ck_multiply_whole(const int16_t *x, ptrdiff_t rows, ptrdiff_t pairs, const int16_t *panels, ptrdiff_t columns,
                       bool adds, int32_t *sums) {
  table()->multiply_whole(x, rows, pairs, panels, columns, adds, sums);
}
void ck_select(const int32_t *products, ptrdiff_t queries, ptrdiff_t columns, const float *query_steps,
               const float *row_steps, const float *row_shifts, uint32_t first, const ck_selection *rule,
               ck_candidates *candidates, float *limits) {
  table()->select(products, queries, columns, query_steps, row_steps, row_shifts, first, rule, candidates, limits);
}
void ck_prune(const ck_selection *rule, ck_candidates *candidates, float *limit) {
  table()->prune(rule, candidates, limit);
}
void ck_dots(const float *query, const float *bank, ptrdiff_t dimension, const uint32_t *rows, ptrdiff_t count,
             double *products) {
  table()->dots(query, bank, dimension, rows, count, products);
}
void ck_winograd_input(const float *x, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels, float *v,
                       ptrdiff_t step) {
  table()->winograd_input(x, row, rows, columns, channels, v, step);
}
void ck_winograd_gradient(const float *dy, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
                          float *m, ptrdiff_t step) {
  table()->winograd_gradient(dy, row, rows, columns, channels, m, step);
}
void ck_winograd_output(const float *m, ptrdiff_t step, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, float *y,
                        ptrdiff_t y_row) {
  table()->winograd_output(m, step, height, width, channels, y, y_row);
}
void ck_winograd_weights(const float *g, ptrdiff_t g_step, ptrdiff_t n, float *u, ptrdiff_t u_step) {
  table()->winograd_weights(g, g_step, n, u, u_step);
}
void ck_winograd_weights_gradient(const float *du, ptrdiff_t du_step, ptrdiff_t n, float *dg, ptrdiff_t dg_step) {
  table()->winograd_weights_gradient(du, du_step, n, dg, dg_step);
}
