// AVX-512: 32 registers of 16 floats, tiles of 16 pixels by 16 channels, 8 by 32 or 4 by 64.
#if defined(__x86_64__)
#ifdef NARROW
#define NAME(f) ck_narrow_##f
#define VARIANT "narrow"
#define TARGET __attribute__((target("avx2,fma")))
#define HALVES 16
#else
#define NAME(f) ck_avx512_##f
#define VARIANT "avx512"
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))
#define HALVES 32  // lanes of 16 bits in a register
#endif
#define TILE_PANELS 4
#define STRIP 16  // rows of a matrix in a tile
#define LANES 16
#define CHAINS 12  // as many as the registers hold
#include "body.h"
#endif
