// The tiles of AVX-512 in AVX2's registers: slow, and in debug builds alone, so that tiles, strips and remainders are
// tested on processors without AVX-512.
#include "variants.h"
#ifdef HAS_NARROW
#define TABLE ck_narrow_table
#define VARIANT "narrow"
#define TARGET __attribute__((target("avx2,fma")))
#define HALVES 16
#include "wide_tiles.inc"
#endif
