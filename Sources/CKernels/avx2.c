// AVX2 and FMA: 16 registers of 8 floats, tiles of 4 or 6 pixels by 16 channels.
#if defined(__x86_64__)
#define TABLE ck_avx2_table
#define VARIANT "avx2"
#define TARGET __attribute__((target("avx2,fma")))
#define TILE_PANELS 1
#define STRIP 6  // rows of a matrix in a tile: 12 registers of sums
#define LANES 8
#define CHAINS 5  // as many as the registers hold
#define HALVES 16  // lanes of 16 bits in a register
#include "variant.inc"
#endif
