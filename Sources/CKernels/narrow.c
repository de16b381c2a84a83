// The loops for AVX-512 in AVX2's registers, slow, and in debug builds alone: so that their tiles, strips and remainders
// are tested where the processor has no AVX-512.
#include "table.h"
#ifdef CK_NARROW
#define NARROW
#include "avx512.c"
#endif
