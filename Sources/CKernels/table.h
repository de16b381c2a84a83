// The variants that this build has.
#ifndef CK_TABLE_H
#define CK_TABLE_H
#include "CKernels.h"

extern const ck_table ck_plain_table;
extern const ck_pixel_table ck_plain_pixel_table;
extern const ck_map_table ck_plain_map_table;
#if defined(__x86_64__)
extern const ck_table ck_avx2_table, ck_avx512_table;
extern const ck_pixel_table ck_avx2_pixel_table, ck_avx512_pixel_table;
extern const ck_map_table ck_avx2_map_table, ck_avx512_map_table;
#ifdef DEBUG  // as Swift's package manager defines it; see narrow.c
#define CK_NARROW
extern const ck_table ck_narrow_table;
extern const ck_pixel_table ck_narrow_pixel_table;
extern const ck_map_table ck_narrow_map_table;
#endif
#endif
#endif
