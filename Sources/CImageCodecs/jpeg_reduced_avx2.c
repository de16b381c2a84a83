// The decoder of scans for processors that place bits by one instruction (BMI2), as those with AVX2 do.
#if defined(__x86_64__)
#include <immintrin.h>
#define NAME(f) avx2_##f
#define BIT_FIELDS
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#include "jpeg_loops.h"
#pragma clang attribute pop
#endif
