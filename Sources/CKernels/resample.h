// Resizing. Part of body.h, compiled once a variant.
//
// Across, 16 rows go side by side: their samples are turned so that the 16 samples of a column lie together, and a
// column of the result is a weighted sum of columns.

typedef uint8_t B __attribute__((ext_vector_type(16)));
typedef uint8_t UB __attribute__((ext_vector_type(16), aligned(1)));
typedef uint32_t W __attribute__((ext_vector_type(16)));

enum { WEIGHT_BITS = 22 };

INLINE W widened(B bytes) { return __builtin_convertvector(bytes, W); }
INLINE B rounded(W sum) {
  sum >>= WEIGHT_BITS;
  return __builtin_convertvector(sum > 255 ? (W)255 : sum, B);
}
INLINE B load_bytes(const uint8_t *from, ptrdiff_t count) {
  if (count >= 16) return *(const UB *)from;
  B b = 0;
  memcpy(&b, from, count);
  return b;
}
INLINE void store_bytes(uint8_t *to, ptrdiff_t count, B b) {
  if (count >= 16) *(UB *)to = b;
  else memcpy(to, &b, count);
}

// 16 x 16 bytes, rows and columns swapped.
INLINE void transpose(B v[16]) {
  UNROLL for (int round = 0; round < 4; round++) {
    B w[16];
    UNROLL for (int i = 0; i < 8; i++) {
      w[2 * i] = __builtin_shufflevector(v[i], v[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      w[2 * i + 1] =
        __builtin_shufflevector(v[i], v[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    UNROLL for (int i = 0; i < 16; i++) v[i] = w[i];
  }
}

void NAME(resample_across)(const ck_filter *filter, const uint8_t *from, ptrdiff_t from_row, ptrdiff_t rows,
                           ptrdiff_t columns, uint8_t *scratch, uint8_t *to) {
  const ptrdiff_t inputs = 3 * columns, outputs = 3 * filter->outputs;
  uint8_t *sums = scratch + 16 * (inputs + 16);
  for (ptrdiff_t y = 0; y < rows; y += 16) {
    const ptrdiff_t last = rows - y < 16 ? rows - y - 1 : 15;
    B v[16];
    for (ptrdiff_t x = 0; x < inputs; x += 16) {
      const uint8_t *row = from + y * from_row + x;
      if (last == 15 && inputs - x >= 16) {
        UNROLL for (int i = 0; i < 16; i++, row += from_row) v[i] = *(const UB *)row;
      } else {
        for (ptrdiff_t i = 0; i < 16; i++, row += i <= last ? from_row : 0) v[i] = load_bytes(row, inputs - x);
      }
      transpose(v);
      UNROLL for (int i = 0; i < 16; i++) *(UB *)(scratch + 16 * (x + i)) = v[i];
    }
    for (ptrdiff_t x = 0; x < filter->outputs; x++) {
      const uint8_t *column = scratch + 48 * (ptrdiff_t)filter->starts[x];
      const uint32_t *weights = filter->weights + x * filter->taps;
      W red = 1 << (WEIGHT_BITS - 1), green = red, blue = red;
      for (ptrdiff_t tap = 0; tap < filter->taps; tap++, column += 48) {
        red += widened(*(const UB *)column) * weights[tap];
        green += widened(*(const UB *)(column + 16)) * weights[tap];
        blue += widened(*(const UB *)(column + 32)) * weights[tap];
      }
      *(UB *)(sums + 48 * x) = rounded(red);
      *(UB *)(sums + 48 * x + 16) = rounded(green);
      *(UB *)(sums + 48 * x + 32) = rounded(blue);
    }
    for (ptrdiff_t x = 0; x < outputs; x += 16) {
      UNROLL for (int i = 0; i < 16; i++) v[i] = *(const UB *)(sums + 16 * (x + i));
      transpose(v);
      if (last == 15 && outputs - x >= 16) {
        UNROLL for (int i = 0; i < 16; i++) *(UB *)(to + (y + i) * outputs + x) = v[i];
      } else {
        for (ptrdiff_t i = 0; i <= last; i++) store_bytes(to + (y + i) * outputs + x, outputs - x, v[i]);
      }
    }
  }
}

// `blocks` times 16 samples of one row of the result.
INLINE void combine_rows(const uint8_t *from, ptrdiff_t row, const uint32_t *weights, ptrdiff_t taps, const int blocks,
                         ptrdiff_t count, uint8_t *to) {
  W sums[4];
  UNROLL for (int i = 0; i < blocks; i++) sums[i] = 1 << (WEIGHT_BITS - 1);
  for (ptrdiff_t tap = 0; tap < taps; tap++, from += row)
    UNROLL for (int i = 0; i < blocks; i++)
      sums[i] += widened(load_bytes(from + 16 * i, count - 16 * i)) * weights[tap];
  UNROLL for (int i = 0; i < blocks; i++) store_bytes(to + 16 * i, count - 16 * i, rounded(sums[i]));
}

void NAME(resample_down)(const ck_filter *filter, const uint8_t *from, ptrdiff_t samples, uint8_t *to) {
  for (ptrdiff_t y = 0; y < filter->outputs; y++, to += samples) {
    const uint8_t *first = from + filter->starts[y] * samples;
    const uint32_t *weights = filter->weights + y * filter->taps;
    ptrdiff_t x = 0;
    for (; x + 64 <= samples; x += 64)
      combine_rows(first + x, samples, weights, filter->taps, 4, 64, to + x);
    for (; x < samples; x += 16)
      combine_rows(first + x, samples, weights, filter->taps, 1, samples - x, to + x);
  }
}

void NAME(reduce)(const uint8_t *from, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t side, uint32_t *sums, uint8_t *to) {
  const ptrdiff_t cells = (columns + side - 1) / side;
  for (ptrdiff_t y = 0; y < rows; y += side, to += 3 * cells) {
    const ptrdiff_t high = rows - y < side ? rows - y : side;
    memset(sums, 0, 3 * cells * sizeof *sums);
    for (ptrdiff_t i = 0; i < high; i++, from += 3 * columns)
      for (ptrdiff_t cell = 0; cell < cells; cell++) {
        const ptrdiff_t start = cell * side, end = start + side < columns ? start + side : columns;
        uint32_t red = 0, green = 0, blue = 0;
        for (ptrdiff_t x = start; x < end; x++) {
          red += from[3 * x];
          green += from[3 * x + 1];
          blue += from[3 * x + 2];
        }
        sums[3 * cell] += red;
        sums[3 * cell + 1] += green;
        sums[3 * cell + 2] += blue;
      }
    for (ptrdiff_t i = 0; i < 3 * cells; i++) {
      const ptrdiff_t start = i / 3 * side;
      const uint32_t count = (uint32_t)(high * (columns - start < side ? columns - start : side));
      to[i] = (uint8_t)((sums[i] + count / 2) / count);
    }
  }
}
