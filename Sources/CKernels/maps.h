// Loops over the maps of one picture. Part of body.h, compiled once a variant; pointwise.h has `load`, `store` and BLOCKS.

INLINE V leaky(V v, float slope) { return v > 0 ? v : v * slope; }

void NAME(place_leaky)(const float *x, ptrdiff_t pixels, ptrdiff_t channels, const float *scale, const float *shift,
                       float slope, float *y, ptrdiff_t y_pixel) {
  BLOCKS(channels) {
    const V a = load(scale + c0, count), b = load(shift + c0, count);
    for (ptrdiff_t p = 0; p < pixels; p++)
      store(y + p * y_pixel + c0, count, leaky(load(x + p * channels + c0, count) * a + b, slope));
  }
}

void NAME(leaky_sums)(const float *g, ptrdiff_t g_pixel, const float *x, ptrdiff_t pixels, ptrdiff_t channels,
                      const float *mean, const float *scale, const float *shift, float slope, float *sum,
                      float *product, float *dy) {
  BLOCKS(channels) {
    const V m = load(mean + c0, count), a = load(scale + c0, count), b = load(shift + c0, count);
    V s[4] = {0, 0, 0, 0}, t[4] = {0, 0, 0, 0};
    for (ptrdiff_t p = 0; p < pixels; p += 4)
      UNROLL for (int i = 0; i < 4; i++) {
        if (p + i >= pixels) break;
        const V value = load(x + (p + i) * channels + c0, count);
        V d = load(g + (p + i) * g_pixel + c0, count);
        d = value * a + b > 0 ? d : d * slope;
        store(dy + (p + i) * channels + c0, count, d);
        s[i] += d;
        t[i] += d * (value - m);
      }
    store(sum + c0, count, (s[0] + s[1]) + (s[2] + s[3]));
    store(product + c0, count, (t[0] + t[1]) + (t[2] + t[3]));
  }
}

void NAME(weigh)(const float *x, ptrdiff_t n, float factor, int adds, float *y) {
  if (adds)
    for (ptrdiff_t i = 0; i < n; i++) y[i] += x[i] * factor;
  else
    for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] * factor;
}

// Output 2i lies a quarter of a pixel before input i, output 2i + 1 a quarter behind; past the edges the edge goes on.
void NAME(widen)(const float *x, ptrdiff_t columns, ptrdiff_t channels, ptrdiff_t outputs, float *y,
                 ptrdiff_t y_pixel) {
  BLOCKS(channels) {
    V before = load(x + c0, count), here = before;
    for (ptrdiff_t i = 0; i < columns; i++) {
      const V after = i + 1 < columns ? load(x + (i + 1) * channels + c0, count) : here;
      store(y + 2 * i * y_pixel + c0, count, before * 0.25f + here * 0.75f);
      if (2 * i + 1 < outputs) store(y + (2 * i + 1) * y_pixel + c0, count, here * 0.75f + after * 0.25f);
      before = here;
      here = after;
    }
  }
}

void NAME(narrow)(const float *dy, ptrdiff_t dy_pixel, ptrdiff_t columns, ptrdiff_t channels, ptrdiff_t outputs,
                  float *dx) {
  BLOCKS(channels)
    for (ptrdiff_t i = 0; i < columns; i++) {
      V d = 0;
      for (ptrdiff_t o = 2 * i - 1; o <= 2 * i + 2; o++) {
        if (o < 0 || o >= outputs) continue;
        float weight = o == 2 * i || o == 2 * i + 1 ? 0.75f : 0.25f;
        if (o == 0 || o == 2 * columns - 1) weight = 1;  // where the edge stands in for what lies past it
        d += load(dy + o * dy_pixel + c0, count) * weight;
      }
      store(dx + i * channels + c0, count, d);
    }
}

typedef uint32_t W __attribute__((ext_vector_type(16)));

// Rounds of multiplying and shifting until each bit of the result hangs on each bit of the word.
// Source: Wellons 2018, "Prospecting for hash functions" (lowbias32), once with each half of the key.
INLINE W scrambled(W x, uint32_t low, uint32_t high) {
  x ^= low;
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  x ^= x >> 16;
  x += high;
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  return x ^ x >> 16;
}

// ln(u) for u in (0, 1], to about 1e-6: u = m · 2^e with m in [√½, √2), and ln m by the series of artanh.
INLINE V logarithm(V u) {
  W bits = __builtin_bit_cast(W, u);
  const W offset = bits - 0x3f3504f3u;
  const V exponent = __builtin_convertvector(__builtin_bit_cast(int32_t __attribute__((ext_vector_type(16))), offset) >> 23, V);
  bits = (offset & 0x007fffffu) + 0x3f3504f3u;
  const V m = __builtin_bit_cast(V, bits);
  const V s = (m - 1) / (m + 1), q = s * s;
  return exponent * 0.69314718f + 2 * s * (1 + q * (1 / 3.0f + q * (1 / 5.0f + q * (1 / 7.0f + q * (1 / 9.0f)))));
}

// sin(x) and cos(x) for x in [-π/4, π/4], by their series.
INLINE V small_sine(V x, V q) {
  return x * (1 - q * (1 / 6.0f - q * (1 / 120.0f - q * (1 / 5040.0f))));
}
INLINE V small_cosine(V q) {
  return 1 - q * (1 / 2.0f - q * (1 / 24.0f - q * (1 / 720.0f - q * (1 / 40320.0f))));
}

// By the transform of Box and Muller: a block of 32 has 16 pairs of uniform numbers, the cosines first.
INLINE void normals(uint32_t block, uint32_t low, uint32_t high, V pair[2]) {
  const W lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const W a = scrambled(lane + block * 32, low, high), b = scrambled(lane + (block * 32 + 16), low, high);
  const V u = __builtin_convertvector((a >> 8) + 1, V) * 0x1p-24f;
  V r = -2 * logarithm(u);
  r = r > 0 ? r : (V)0;
  UNROLL for (int i = 0; i < 16; i++) r[i] = __builtin_sqrtf(r[i]);
  // The upper two bits choose the quarter of the circle, the rest the place in it.
  const V x = (__builtin_convertvector((b >> 8) & 0x3fffffu, V) * 0x1p-22f - 0.5f) * 1.57079633f;
  const V q = x * x, sine = small_sine(x, q), cosine = small_cosine(q);
  const W quarter = b >> 30;
  const V along = (quarter & 1) == 0 ? cosine : sine, across = (quarter & 1) == 0 ? sine : cosine;
  pair[0] = r * (quarter == 0 || quarter == 3 ? along : -along);
  pair[1] = r * (quarter < 2 ? across : -across);
}

void NAME(add_normal)(const float *x, ptrdiff_t n, uint64_t key, uint64_t first, float deviation, float *y) {
  const uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  for (ptrdiff_t at = 0; at < n; at += 32) {
    V pair[2];
    normals((uint32_t)((first + (uint64_t)at) / 32), low, high, pair);
    UNROLL for (int i = 0; i < 2; i++) {
      const ptrdiff_t from = at + 16 * i, count = n - from < 16 ? n - from : 16;
      if (count > 0) store(y + from, count, load(x + from, count) + pair[i] * deviation);
    }
  }
}

void NAME(adam)(const ck_adam_step *step, const float *gradient, float *first, float *second, ptrdiff_t n,
                float *value) {
  const ck_adam_step s = *step;
  for (ptrdiff_t i = 0; i < n; i++) {
    const float g = gradient[i];
    const float m = first[i] + (1 - s.decay1) * (g - first[i]);
    const float v = s.decay2 * second[i] + (1 - s.decay2) * g * g;
    first[i] = m;
    second[i] = v;
    value[i] -= s.rate * m / (__builtin_sqrtf(v) / s.root + s.epsilon);
  }
}
