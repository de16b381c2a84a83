// Products of rows of whole numbers of 16 bits, summed in 32. Part of body.h, compiled once a variant; whole numbers have
// the same sums in every order.

typedef int16_t H __attribute__((ext_vector_type(32)));
typedef int16_t UH __attribute__((ext_vector_type(32), aligned(2)));
typedef int32_t I __attribute__((ext_vector_type(16)));
typedef int32_t UI __attribute__((ext_vector_type(16), aligned(4)));

// Each lane the sum of two products.
INLINE I pair_products(H a, H b) {
#if defined(HALVES) && HALVES == 32
  typedef short whole __attribute__((vector_size(64)));
  return (I)__builtin_ia32_pmaddwd512((whole)a, (whole)b);
#elif defined(HALVES) && HALVES == 16
  typedef short half __attribute__((vector_size(32)));
  typedef int32_t part __attribute__((ext_vector_type(8)));
  I sum;
  sum.lo = (part)__builtin_ia32_pmaddwd256((half)a.lo, (half)b.lo);
  sum.hi = (part)__builtin_ia32_pmaddwd256((half)a.hi, (half)b.hi);
  return sum;
#else
  return __builtin_convertvector(a.even, I) * __builtin_convertvector(b.even, I) +
         __builtin_convertvector(a.odd, I) * __builtin_convertvector(b.odd, I);
#endif
}

// `count` rows against one panel.
INLINE void whole_tile(const int count, const int16_t *x, ptrdiff_t pairs, const int16_t *panel, bool adds,
                       int32_t *sums, ptrdiff_t columns) {
  const ptrdiff_t row = 2 * pairs;
  const int16_t *const at[6] = {x, x + 3 * row, x + 6 * row, x + 9 * row, x + 12 * row, x + 15 * row};
  I s[16];
  UNROLL for (int i = 0; i < count; i++) s[i] = adds ? (I) * (const UI *)(sums + i * columns) : (I)0;
  for (ptrdiff_t k = 0; k < pairs; k++) {
    const H w = *(const UH *)(panel + 2 * CK_PANEL * k);
    UNROLL for (int i = 0; i < count; i++) {
      int32_t pair;
      memcpy(&pair, at[i / 3] + i % 3 * row + 2 * k, sizeof pair);
      s[i] += pair_products(w, (H)(I)pair);
    }
  }
  UNROLL for (int i = 0; i < count; i++) *(UI *)(sums + i * columns) = s[i];
}

void NAME(multiply_whole)(const int16_t *x, ptrdiff_t rows, ptrdiff_t pairs, const int16_t *panels, ptrdiff_t columns,
                          bool adds, int32_t *sums) {
  for (ptrdiff_t c = 0; c < columns; c += CK_PANEL) {
    const int16_t *panel = panels + 2 * pairs * c;
    ptrdiff_t row = 0;
    for (; row + STRIP <= rows; row += STRIP)
      whole_tile(STRIP, x + 2 * pairs * row, pairs, panel, adds, sums + row * columns + c, columns);
    for (; row + 4 <= rows; row += 4)
      whole_tile(4, x + 2 * pairs * row, pairs, panel, adds, sums + row * columns + c, columns);
    for (; row < rows; row++)
      whole_tile(1, x + 2 * pairs * row, pairs, panel, adds, sums + row * columns + c, columns);
  }
}
