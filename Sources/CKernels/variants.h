// The variants that this build has.
#ifndef VARIANTS_H
#define VARIANTS_H
#include "CKernels.h"

extern const ck_table ck_plain_table;
#if defined(__x86_64__)
extern const ck_table ck_avx2_table, ck_avx512_table;
#ifdef DEBUG  // as Swift's package manager defines it; see narrow.c
#define HAS_NARROW
extern const ck_table ck_narrow_table;
#endif
#endif
#endif
