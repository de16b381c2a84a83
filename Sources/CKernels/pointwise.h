// Batch normalisation and what stands around it. Part of body.h, compiled once a variant.
//
// Channels are cut into blocks of 16 that stay in registers while the pixels go by; the last block may be narrower,
// and then its lanes past the end are neither read nor written.

INLINE V load(const float *from, ptrdiff_t count) {
  if (count >= 16) return *(const U *)from;
  V v = 0;
  memcpy(&v, from, count * sizeof(float));
  return v;
}
INLINE void store(float *to, ptrdiff_t count, V v) {
  if (count >= 16) *(U *)to = v;
  else memcpy(to, &v, count * sizeof(float));
}
#define BLOCKS(channels) \
  for (ptrdiff_t c0 = 0, count; count = (channels) - c0 < 16 ? (channels) - c0 : 16, c0 < (channels); c0 += 16)

void NAME(channel_statistics)(const float *x, ptrdiff_t pixels, ptrdiff_t channels, float *mean, float *deviation) {
  BLOCKS(channels) {
    V s[4] = {0, 0, 0, 0};
    ptrdiff_t p = 0;
    for (; p + 4 <= pixels; p += 4)
      UNROLL for (int i = 0; i < 4; i++) s[i] += load(x + (p + i) * channels + c0, count);
    for (; p < pixels; p++) s[0] += load(x + p * channels + c0, count);
    const V m = ((s[0] + s[1]) + (s[2] + s[3])) * (1 / (float)pixels);
    V d[4] = {0, 0, 0, 0};
    for (p = 0; p + 4 <= pixels; p += 4)
      UNROLL for (int i = 0; i < 4; i++) {
        const V e = load(x + (p + i) * channels + c0, count) - m;
        d[i] += e * e;
      }
    for (; p < pixels; p++) {
      const V e = load(x + p * channels + c0, count) - m;
      d[0] += e * e;
    }
    store(mean + c0, count, m);
    store(deviation + c0, count, (d[0] + d[1]) + (d[2] + d[3]));
  }
}

// One row. Without scale a copy; `also` receives the same, where it is not null.
INLINE void place_row(const float *x, const float *residual, ptrdiff_t pixels, ptrdiff_t channels, const float *scale,
                      const float *shift, const float *residual_scale, bool relu, float *y, float *also) {
  const V floor = relu ? (V)0 : (V)(-__builtin_inff());
  BLOCKS(channels) {
    const V a = load(scale + c0, count), b = load(shift + c0, count);
    const V r = residual_scale ? load(residual_scale + c0, count) : (V)1;
    for (ptrdiff_t p = 0; p < pixels; p++) {
      const ptrdiff_t at = p * channels + c0;
      V v = load(x + at, count) * a + b;
      if (residual) v += load(residual + at, count) * r;
      v = v < floor ? floor : v;  // so that NaN stays NaN
      store(y + at, count, v);
      if (also) store(also + at, count, v);
    }
  }
}

void NAME(place)(const float *x, const float *residual, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
                 const float *scale, const float *shift, const float *residual_scale, bool relu, float *y,
                 ptrdiff_t y_row, float *also) {
  const ptrdiff_t row = columns * channels;
  for (ptrdiff_t at = 0; at < rows * row; at += row, y += y_row)
    if (scale && residual)
      place_row(x + at, residual + at, columns, channels, scale, shift, residual_scale, relu, y,
                also ? also + at : NULL);
    else if (scale) place_row(x + at, NULL, columns, channels, scale, shift, NULL, relu, y, also ? also + at : NULL);
    else memcpy(y, x + at, row * sizeof(float));
}

void NAME(place_gradient)(const float *dy, const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
                          const float *a, const float *b, const float *c, float *dx, ptrdiff_t dx_row) {
  for (ptrdiff_t row = 0; row < rows; row++, dy += columns * channels, x += columns * channels, dx += dx_row)
    BLOCKS(channels) {
      const V va = load(a + c0, count), vb = load(b + c0, count), vc = load(c + c0, count);
      for (ptrdiff_t p = 0; p < columns; p++) {
        const ptrdiff_t at = p * channels + c0;
        store(dx + at, count, load(dy + at, count) * va + (load(x + at, count) * vb + vc));
      }
    }
}

// How gradient_sums learns where a ReLU was open.
enum gate { OPEN, BY_OUTPUT, BY_INPUT };

INLINE void gated_sums(const enum gate gate, const bool adds, const float *dy, const float *more, const float *y,
                       const float *x, ptrdiff_t pixels, ptrdiff_t channels, const float *mean, const float *scale,
                       const float *shift, float *sum, float *product, float *counted) {
  BLOCKS(channels) {
    const V m = load(mean + c0, count), a = gate == BY_INPUT ? load(scale + c0, count) : (V)0;
    const V b = gate == BY_INPUT ? load(shift + c0, count) : (V)0;
    V s[4] = {0, 0, 0, 0}, t[4] = {0, 0, 0, 0};
    for (ptrdiff_t p = 0; p < pixels; p += 4)
      UNROLL for (int i = 0; i < 4; i++) {
        if (p + i >= pixels) break;
        const ptrdiff_t at = (p + i) * channels + c0;
        const V value = load(x + at, count);
        V g = load(dy + at, count);
        if (adds) g += load(more + at, count);
        if (gate == BY_OUTPUT) g = load(y + at, count) > 0 ? g : (V)0;
        if (gate == BY_INPUT) g = value * a + b > 0 ? g : (V)0;
        if (counted) store(counted + at, count, g);
        s[i] += g;
        t[i] += g * (value - m);
      }
    store(sum + c0, count, (s[0] + s[1]) + (s[2] + s[3]));
    store(product + c0, count, (t[0] + t[1]) + (t[2] + t[3]));
  }
}
#define GATED_SUMS(gate, adds) \
  gated_sums(gate, adds, dy, more, y, x, pixels, channels, mean, scale, shift, sum, product, counted)

void NAME(gradient_sums)(const float *dy, const float *more, const float *y, const float *x, ptrdiff_t pixels,
                         ptrdiff_t channels, const float *mean, const float *scale, const float *shift, float *sum,
                         float *product, float *counted) {
  if (y && more) GATED_SUMS(BY_OUTPUT, true);
  else if (y) GATED_SUMS(BY_OUTPUT, false);
  else if (scale && more) GATED_SUMS(BY_INPUT, true);
  else if (scale) GATED_SUMS(BY_INPUT, false);
  else if (more) GATED_SUMS(OPEN, true);
  else GATED_SUMS(OPEN, false);
}

void NAME(add)(const float *x, ptrdiff_t n, float *y) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] += x[i];
}

void NAME(sgd)(float *value, const float *gradient, float *velocity, ptrdiff_t n, float rate, float momentum,
               float decay) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const float v = momentum * velocity[i] + (gradient[i] + decay * value[i]);
    velocity[i] = v;
    value[i] -= rate * v;
  }
}
