// AVX-512: 32 registers of 16 floats.
#if defined(__x86_64__)
#define TABLE ck_avx512_table
#define VARIANT "avx512"
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))
#define HALVES 32  // lanes of 16 bits in a register
#include "wide_tiles.inc"
#endif
