// From coefficients to samples at a half, a quarter or an eighth of the size, as libjpeg-turbo computes it: transforms that
// give the means of 2, 4 or 8 pixels, eight columns or rows at a time. Part of jpeg_loops.h.
//
// Source: libjpeg (Lane and others), jidctred.c, jidctint.c; after Loeffler, Ligtenberg and Moschytz, 1989.

// Thirteen bits behind the point.
enum {
  F_0_211 = 1730, F_0_298 = 2446, F_0_390 = 3196, F_0_509 = 4176, F_0_541 = 4433, F_0_601 = 4926, F_0_720 = 5906,
  F_0_765 = 6270, F_0_850 = 6967, F_0_899 = 7373, F_1_061 = 8697, F_1_175 = 9633, F_1_272 = 10426, F_1_451 = 11893,
  F_1_501 = 12299, F_1_847 = 15137, F_1_961 = 16069, F_2_053 = 16819, F_2_172 = 17799, F_2_562 = 20995,
  F_3_072 = 25172, F_3_624 = 29692,
};

// Nothing here is called: where a vector would be passed is of no matter.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

typedef int eight_ints __attribute__((vector_size(32)));
typedef int four_ints __attribute__((vector_size(16)));
typedef int16_t eight_shorts __attribute__((vector_size(16)));
typedef uint8_t eight_bytes __attribute__((vector_size(8)));

#define ROUNDED(x, bits) (((x) + (1 << ((bits) - 1))) >> (bits))

// One axis of each transform. The last argument is how many bits to drop.
INLINE void four(const eight_ints in[8], int bits, eight_ints out[4]) {
  const eight_ints even = in[0] * (1 << 14);
  const eight_ints turned = in[2] * F_1_847 - in[6] * F_0_765;
  const eight_ints a = even + turned, b = even - turned;
  const eight_ints z1 = in[7], z2 = in[5], z3 = in[3], z4 = in[1];
  const eight_ints inner = z1 * -F_0_211 + z2 * F_1_451 + z3 * -F_2_172 + z4 * F_1_061;
  const eight_ints outer = z1 * -F_0_509 + z2 * -F_0_601 + z3 * F_0_899 + z4 * F_2_562;
  out[0] = ROUNDED(a + outer, bits);
  out[3] = ROUNDED(a - outer, bits);
  out[1] = ROUNDED(b + inner, bits);
  out[2] = ROUNDED(b - inner, bits);
}

INLINE void eight(const eight_ints in[8], int bits, eight_ints out[8]) {
  const eight_ints shared = (in[2] + in[6]) * F_0_541;
  const eight_ints e2 = shared - in[6] * F_1_847, e3 = shared + in[2] * F_0_765;
  const eight_ints e0 = (in[0] + in[4]) * (1 << 13), e1 = (in[0] - in[4]) * (1 << 13);
  const eight_ints even[4] = {e0 + e3, e1 + e2, e1 - e2, e0 - e3};
  const eight_ints t0 = in[7], t1 = in[5], t2 = in[3], t3 = in[1];
  const eight_ints z5 = (t0 + t2 + t1 + t3) * F_1_175;
  const eight_ints z1 = (t0 + t3) * -F_0_899, z2 = (t1 + t2) * -F_2_562;
  const eight_ints z3 = (t0 + t2) * -F_1_961 + z5, z4 = (t1 + t3) * -F_0_390 + z5;
  const eight_ints odd[4] = {
    t3 * F_1_501 + z1 + z4, t2 * F_3_072 + z2 + z3, t1 * F_2_053 + z2 + z4, t0 * F_0_298 + z1 + z3,
  };
  for (int i = 0; i < 4; i++) {
    out[i] = ROUNDED(even[i] + odd[i], bits);
    out[7 - i] = ROUNDED(even[i] - odd[i], bits);
  }
}

// Rows to columns.
INLINE void transpose(eight_ints v[8]) {
  eight_ints a[8], b[8];
  for (int i = 0; i < 8; i += 2) {
    a[i] = __builtin_shufflevector(v[i], v[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    a[i + 1] = __builtin_shufflevector(v[i], v[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i++) {
    const int low = (i & 4) | (i & 1);
    b[i] = i & 2 ? __builtin_shufflevector(a[low], a[low + 2], 2, 3, 10, 11, 6, 7, 14, 15)
                 : __builtin_shufflevector(a[low], a[low + 2], 0, 1, 8, 9, 4, 5, 12, 13);
  }
  for (int i = 0; i < 4; i++) {
    v[i] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    v[i + 4] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

static inline uint8_t sample(int x) {
  x += 128;
  return (uint8_t)(x < 0 ? 0 : x > 255 ? 255 : x);
}

INLINE eight_bytes samples(eight_ints x) {
  x += 128;
  x &= ~(x >> 31);
  x |= (255 - x) >> 31;
  return __builtin_convertvector(x & 255, eight_bytes);
}

// Coefficients beyond what 8 bits can give overflow in one way or another; libjpeg is to say how.
enum { LARGEST = 4096 };

// Eight coefficients at a place; `beyond` gets bits from 2 * LARGEST up if one is too large.
INLINE eight_ints dequantised(const struct component *component, const int16_t *quantised, int at, eight_ints *beyond) {
  eight_shorts values, steps;
  memcpy(&values, quantised + at, sizeof values);
  memcpy(&steps, component->quant + at, sizeof steps);
  const eight_ints result = __builtin_convertvector(values, eight_ints) * __builtin_convertvector(steps, eight_ints);
  *beyond |= result + LARGEST;
  return result;
}

INLINE bool is_beyond(eight_ints beyond) {
  const four_ints half = __builtin_shufflevector(beyond, beyond, 0, 1, 2, 3) | __builtin_shufflevector(beyond, beyond, 4, 5, 6, 7);
  return (unsigned)(half[0] | half[1] | half[2] | half[3]) >= 2 * LARGEST;
}

// Each takes what one block keeps, and writes side x side samples, `row` apart. False for coefficients that are too large.
INLINE bool transform_to_2(const struct component *component, const int16_t *quantised, int dc, uint8_t *to, size_t row) {
  const eight_ints by_7_5 = {-F_0_720, -F_0_720, -F_0_720, -F_0_720, F_0_850, F_0_850, F_0_850, F_0_850};
  const eight_ints by_3_1 = {-F_1_272, -F_1_272, -F_1_272, -F_1_272, F_3_624, F_3_624, F_3_624, F_3_624};
  const eight_ints by_all = {-F_0_720, F_0_850, -F_1_272, F_3_624, -F_0_720, F_0_850, -F_1_272, F_3_624};
  eight_ints beyond = {0};
  const eight_ints rows_7_5 = dequantised(component, quantised, 0, &beyond);
  const eight_ints rows_3_1 = dequantised(component, quantised, 8, &beyond);
  const eight_ints first = dequantised(component, quantised, 16, &beyond);  // row 0, then column 0
  if (is_beyond(beyond)) return false;
  // The four odd columns, then column 0.
  const eight_ints halves = rows_7_5 * by_7_5 + rows_3_1 * by_3_1;
  const eight_ints odd = halves + __builtin_shufflevector(halves, halves, 4, 5, 6, 7, 0, 1, 2, 3);
  const eight_ints even = __builtin_shufflevector(first, first, 0, 1, 2, 3, 0, 1, 2, 3) * (1 << 15);
  const eight_ints sign = {1, 1, 1, 1, -1, -1, -1, -1};
  const eight_ints work = ROUNDED(even + odd * sign, 13);  // of the upper row, and of the lower
  eight_ints sums = work * by_all, column = first * by_all;
  sums += __builtin_shufflevector(sums, sums, 1, 0, 3, 2, 5, 4, 7, 6);
  column += __builtin_shufflevector(column, column, 1, 0, 3, 2, 5, 4, 7, 6);
  const int odd_0 = column[4] + column[6], upper = sums[0] + sums[2], lower = sums[4] + sums[6];
  const int upper_0 = ROUNDED(dc * (1 << 15) + odd_0, 13) * (1 << 15), lower_0 = ROUNDED(dc * (1 << 15) - odd_0, 13) * (1 << 15);
  to[0] = sample(ROUNDED(upper_0 + upper, 20));
  to[1] = sample(ROUNDED(upper_0 - upper, 20));
  to[row] = sample(ROUNDED(lower_0 + lower, 20));
  to[row + 1] = sample(ROUNDED(lower_0 - lower, 20));
  return true;
}

INLINE bool transform_to_4(const struct component *component, const int16_t *quantised, int dc, uint8_t *to, size_t row) {
  eight_ints in[8], work[8] = {0}, beyond = {0};
  for (int y = 0; y < 8; y++) in[y] = dequantised(component, quantised, 8 * y, &beyond);
  if (is_beyond(beyond)) return false;
  in[0][0] = dc;
  four(in, 12, work);
  transpose(work);
  eight_ints out[8] = {0};
  four(work, 19, out);
  transpose(out);
  for (int y = 0; y < 4; y++, to += row) {
    const eight_bytes line = samples(out[y]);
    memcpy(to, &line, 4);
  }
  return true;
}

INLINE bool transform_to_8(const struct component *component, const int16_t *quantised, int dc, uint8_t *to, size_t row) {
  eight_ints in[8], work[8], beyond = {0};
  for (int y = 0; y < 8; y++) in[y] = dequantised(component, quantised, 8 * y, &beyond);
  if (is_beyond(beyond)) return false;
  in[0][0] = dc;
  eight(in, 11, work);
  transpose(work);
  eight(work, 18, in);
  transpose(in);
  for (int y = 0; y < 8; y++, to += row) {
    const eight_bytes line = samples(in[y]);
    memcpy(to, &line, 8);
  }
  return true;
}

INLINE bool transform(const struct component *component, uint32_t side, size_t block, uint8_t *to, size_t row) {
  const int dc = component->levels[block] * component->level_quant;
  if (dc < -LARGEST || dc >= LARGEST) return false;
  if (side == 1 || component->present[block] == 0) {
    const uint8_t level = sample(ROUNDED(dc, 3));
    for (uint32_t y = 0; y < side; y++) memset(to + y * row, level, side);
    return true;
  }
  const int16_t *quantised = component->coefficients + block * component->stride;
  if (side == 2) return transform_to_2(component, quantised, dc, to, row);
  if (side == 4) return transform_to_4(component, quantised, dc, to, row);
  return transform_to_8(component, quantised, dc, to, row);
}

// A row of blocks; `side` is the component's.
INLINE bool transform_row(const struct component *component, uint32_t side, size_t first, uint8_t *to, size_t row) {
  for (uint32_t x = 0; x < component->columns; x++)
    if (!transform(component, side, first + x, to + x * side, row)) return false;
  return true;
}

static bool transform_blocks(const struct component *component, size_t first, uint8_t *to, size_t row) {
  switch (component->side) {
    case 1: return transform_row(component, 1, first, to, row);
    case 2: return transform_row(component, 2, first, to, row);
    case 4: return transform_row(component, 4, first, to, row);
    default: return transform_row(component, 8, first, to, row);
  }
}

#pragma clang diagnostic pop
