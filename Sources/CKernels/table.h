// The functions that come in variants, in the order of CKernels.h.
#ifndef CK_TABLE_H
#define CK_TABLE_H
#include "CKernels.h"

typedef struct {
  const char *name;
  void (*multiply)(const ck_patches *, const float *, ptrdiff_t, const float *, float *, ptrdiff_t, ptrdiff_t);
  void (*accumulate_outer)(const ck_patches *, ptrdiff_t, ptrdiff_t, const float *, ptrdiff_t, ptrdiff_t, float *);
  void (*channel_statistics)(const float *, ptrdiff_t, ptrdiff_t, float *, float *);
  void (*normalize)(const float *, const float *, ptrdiff_t, ptrdiff_t, const float *, const float *, const float *, bool,
                    float *);
  void (*place)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, const float *, const float *, bool, float *, ptrdiff_t);
  void (*place_gradient)(const float *, const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, const float *, const float *,
                         const float *, float *, ptrdiff_t);
  void (*gradient_sums)(const float *, const float *, const float *, ptrdiff_t, ptrdiff_t, const float *, const float *,
                        const float *, float *, float *, float *);
  void (*add)(const float *, ptrdiff_t, float *);
  void (*sgd)(float *, const float *, float *, ptrdiff_t, float, float, float);
} ck_table;

extern const ck_table ck_plain_table;
#if defined(__x86_64__)
extern const ck_table ck_avx2_table, ck_avx512_table;
#endif
#endif
