// Colours, flip and blur of 8-bit RGB. Part of body.h, compiled once a variant.
//
// 16 pixels at a time, each channel in lanes of 32 bits. Single precision is not contracted to fused steps, so that
// every variant gives the same bytes.

typedef int32_t I __attribute__((ext_vector_type(16)));
typedef struct { I red, green, blue; } rgb;

INLINE I channel(B b) { return __builtin_convertvector(b, I); }
INLINE B bytes(I v) { return __builtin_convertvector(v, B); }

// 16 pixels; those past `count` are black.
INLINE rgb load_pixels(const uint8_t *from, ptrdiff_t count) {
  uint8_t part[48] = {0};
  if (count < 16) from = memcpy(part, from, 3 * count);
  const B a = *(const UB *)from, b = *(const UB *)(from + 16), c = *(const UB *)(from + 32);
  B r = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, -1, -1, -1, -1, -1);
  B g = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, -1, -1, -1, -1, -1);
  B e = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, -1, -1, -1, -1, -1, -1);
  r = __builtin_shufflevector(r, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
  g = __builtin_shufflevector(g, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
  e = __builtin_shufflevector(e, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
  return (rgb){channel(r), channel(g), channel(e)};
}

INLINE void store_pixels(uint8_t *to, ptrdiff_t count, rgb pixels) {
  const B r = bytes(pixels.red), g = bytes(pixels.green), e = bytes(pixels.blue);
  B a = __builtin_shufflevector(r, g, 0, 16, -1, 1, 17, -1, 2, 18, -1, 3, 19, -1, 4, 20, -1, 5);
  B b = __builtin_shufflevector(r, g, 21, -1, 6, 22, -1, 7, 23, -1, 8, 24, -1, 9, 25, -1, 10, 26);
  B c = __builtin_shufflevector(r, g, -1, 11, 27, -1, 12, 28, -1, 13, 29, -1, 14, 30, -1, 15, 31, -1);
  a = __builtin_shufflevector(a, e, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15);
  b = __builtin_shufflevector(b, e, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15);
  c = __builtin_shufflevector(c, e, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31);
  uint8_t part[48];
  uint8_t *whole = count < 16 ? part : to;
  *(UB *)whole = a;
  *(UB *)(whole + 16) = b;
  *(UB *)(whole + 32) = c;
  if (count < 16) memcpy(to, part, 3 * count);
}

INLINE I luma(rgb p) { return (p.red * 19595 + p.green * 38470 + p.blue * 7471 + 0x8000) >> 16; }

// From one sample towards another, or past it.
INLINE I blended(I from, I to, float factor) {
#pragma clang fp contract(off)
  const V step = __builtin_convertvector(to - from, V) * factor;
  V v = __builtin_convertvector(from, V) + step;
  v = v < 0 ? (V)0 : v;
  v = v > 255 ? (V)255 : v;
  return __builtin_convertvector(v, I);
}

uint64_t NAME(luma_sum)(const uint8_t *pixels, ptrdiff_t count) {
  uint64_t sum = 0;
  while (count > 0) {
    // Few enough for lanes of 32 bits.
    const ptrdiff_t some = count < 1 << 24 ? count : 1 << 24;
    I lanes = 0;
    for (ptrdiff_t i = 0; i < some; i += 16) lanes += luma(load_pixels(pixels + 3 * i, some - i));
    for (int i = 0; i < 16; i++) sum += (uint32_t)lanes[i];
    pixels += 3 * some;
    count -= some;
  }
  return sum;
}

void NAME(blend)(uint8_t *samples, ptrdiff_t count, float origin, float factor) {
  const I from = __builtin_convertvector((V)origin, I);
  for (ptrdiff_t i = 0; i < count; i += 16)
    store_bytes(samples + i, count - i, bytes(blended(from, channel(load_bytes(samples + i, count - i)), factor)));
}

void NAME(saturate)(uint8_t *pixels, ptrdiff_t count, float factor) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    const rgb p = load_pixels(pixels + 3 * i, count - i);
    const I grey = luma(p);
    store_pixels(pixels + 3 * i, count - i, (rgb){blended(grey, p.red, factor), blended(grey, p.green, factor),
                                                  blended(grey, p.blue, factor)});
  }
}

void NAME(turn_grey)(uint8_t *pixels, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    const I grey = luma(load_pixels(pixels + 3 * i, count - i));
    store_pixels(pixels + 3 * i, count - i, (rgb){grey, grey, grey});
  }
}

// The quotient without its fraction, of numbers below 2²⁴. A correctly rounded quotient of such numbers reaches the
// next whole number only where it is one: those below lie farther off than half a step of single precision.
INLINE I divided(I a, I b) {
  return __builtin_convertvector(__builtin_convertvector(a, V) / __builtin_convertvector(b, V), I);
}

// Bit i of a table of 256.
INLINE I bit(const uint32_t table[8], I i) {
  I words = (int32_t)table[0];
  UNROLL for (int word = 1; word < 8; word++) words = i >> 5 >= word ? (I)(int32_t)table[word] : words;
  return words >> (i & 31) & 1;
}

// Whole numbers throughout; see Hue.swift. Comparisons give -1 for true.
INLINE rgb turned(rgb p, I turn, const uint32_t rounded_down[8]) {
  const I r = p.red, g = p.green, b = p.blue;
  I high = r > g ? r : g, low = r < g ? r : g;
  high = high > b ? high : b;
  low = low < b ? low : b;
  const I spread = high - low;
  // The angle in units of 1/spread of a sixth, then in halves of a 255th of the circle.
  I angle = g == high ? 2 * spread + b - r : 4 * spread + r - g;
  angle = r == high ? g - b + (g < b ? 6 * spread : (I)0) : angle;
  angle *= 85;
  const I unit = 2 * spread;
  I hue = divided(angle, unit > 1 ? unit : (I)1);
  const I whole = (hue * unit == angle) & (angle != 0);
  hue -= bit(rounded_down, hue) & whole;
  const I saturation = divided(255 * spread, high > 1 ? high : (I)1);

  const I place = ((hue + turn) & 255) * 6;
  const I sixth = (place * 257 + 257) >> 16;  // place / 255
  const I rest = place - sixth * 255;
  const I depth = (sixth & 1) != 0 ? rest : 255 - rest;
  I lowest = high * (255 - saturation) + 127;
  lowest = (lowest + 1 + (lowest >> 8)) >> 8;  // lowest / 255
  const I middle = divided(high * (65025 - saturation * depth) + 32512, (I)65025);

  rgb q;
  q.red = ((sixth == 1) | (sixth == 4)) ? middle : ((sixth == 2) | (sixth == 3)) ? lowest : high;
  q.green = ((sixth == 1) | (sixth == 2)) ? high : ((sixth == 4) | (sixth == 5)) ? lowest : middle;
  q.blue = ((sixth == 3) | (sixth == 4)) ? high : ((sixth == 2) | (sixth == 5)) ? middle : lowest;
  return q;
}

void NAME(turn_hue)(uint8_t *pixels, ptrdiff_t count, int32_t turn, const uint32_t rounded_down[8]) {
  for (ptrdiff_t i = 0; i < count; i += 16)
    store_pixels(pixels + 3 * i, count - i, turned(load_pixels(pixels + 3 * i, count - i), (I)turn, rounded_down));
}

INLINE B first_reversed(B b, B c) {
  return __builtin_shufflevector(b, c, 29, 30, 31, 26, 27, 28, 23, 24, 25, 20, 21, 22, 17, 18, 19, 14);
}
INLINE B last_reversed(B a, B b) {
  return __builtin_shufflevector(a, b, 17, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2);
}

void NAME(flip)(uint8_t *pixels, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t y = 0; y < rows; y++, pixels += 3 * columns) {
    ptrdiff_t left = 0, right = columns;
    for (; right - left >= 32; left += 16, right -= 16) {
      UB *const ends[2] = {(UB *)(pixels + 3 * left), (UB *)(pixels + 3 * (right - 16))};
      B turned[2][3];
      UNROLL for (int e = 0; e < 2; e++) {
        const B a = ends[e][0], b = ends[e][1], c = ends[e][2];
        turned[e][0] = first_reversed(b, c);
        const B m = __builtin_shufflevector(b, c, 15, 16, 11, 12, 13, 8, 9, 10, 5, 6, 7, 2, 3, 4, -1, 0);
        turned[e][1] = __builtin_shufflevector(m, a, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 31, 15);
        turned[e][2] = last_reversed(a, b);
      }
      UNROLL for (int i = 0; i < 3; i++) ends[0][i] = turned[1][i], ends[1][i] = turned[0][i];
    }
    for (right -= 1; left < right; left++, right--)
      for (int c = 0; c < 3; c++) {
        const uint8_t sample = pixels[3 * left + c];
        pixels[3 * left + c] = pixels[3 * right + c];
        pixels[3 * right + c] = sample;
      }
  }
}

// Products of numbers in 2⁻⁶ with weights in 2⁻¹⁵, rounded: one instruction where there is SSSE3.
typedef int32_t H2 __attribute__((ext_vector_type(32)));
typedef uint8_t H8 __attribute__((ext_vector_type(32), aligned(1)));

INLINE H weighted(H a, int16_t weight) {
#if defined(HALVES) && HALVES == 32
  typedef short whole __attribute__((vector_size(64)));
  return (H)__builtin_ia32_pmulhrsw512((whole)a, (whole)(H)weight);
#elif defined(HALVES) && HALVES == 16
  typedef short half __attribute__((vector_size(32)));
  typedef int16_t part __attribute__((ext_vector_type(16)));
  const half w = (half)(part)weight;
  const part low = (part)__builtin_ia32_pmulhrsw256((half)a.lo, w);
  const part high = (part)__builtin_ia32_pmulhrsw256((half)a.hi, w);
  H sum;
  sum.lo = low;
  sum.hi = high;
  return sum;
#else
  const H2 product = __builtin_convertvector(a, H2) * __builtin_convertvector((H)weight, H2);
  return __builtin_convertvector(((product >> 14) + 1) >> 1, H);
#endif
}

void NAME(blur_across)(const uint8_t *padded, ptrdiff_t samples, const int16_t *weights, ptrdiff_t reach, int16_t *to) {
  const uint8_t *middle = padded + 3 * reach;
  for (ptrdiff_t i = 0; i < samples; i += 32) {
    if (samples - i < 32) {
      if (samples < 32) break;
      i = samples - 32;  // the last few once more
    }
    H sum = weighted(__builtin_convertvector(*(const H8 *)(middle + i), H) << 6, weights[0]);
    for (ptrdiff_t d = 1; d <= reach; d++) {
      const H left = __builtin_convertvector(*(const H8 *)(middle + i - 3 * d), H);
      const H right = __builtin_convertvector(*(const H8 *)(middle + i + 3 * d), H);
      sum += weighted((left + right) << 6, weights[d]);
    }
    *(UH *)(to + i) = sum;
  }
  for (ptrdiff_t i = 0; i < (samples < 32 ? samples : 0); i++) {
    int sum = (((middle[i] << 6) * weights[0] >> 14) + 1) >> 1;
    for (ptrdiff_t d = 1; d <= reach; d++)
      sum += ((((middle[i - 3 * d] + middle[i + 3 * d]) << 6) * weights[d] >> 14) + 1) >> 1;
    to[i] = (int16_t)sum;
  }
}

void NAME(blur_down)(const int16_t *const *rows, ptrdiff_t samples, const int16_t *weights, ptrdiff_t reach,
                     uint8_t *to) {
  const int16_t *middle = rows[reach];
  for (ptrdiff_t i = 0; i < samples; i += 32) {
    if (samples - i < 32) {
      if (samples < 32) break;
      i = samples - 32;
    }
    H sum = weighted(*(const UH *)(middle + i), weights[0]) + 32;
    for (ptrdiff_t d = 1; d <= reach; d++)
      sum += weighted(*(const UH *)(rows[reach - d] + i) + *(const UH *)(rows[reach + d] + i), weights[d]);
    sum >>= 6;
    sum = sum < 0 ? (H)0 : sum;
    sum = sum > 255 ? (H)255 : sum;
    *(H8 *)(to + i) = __builtin_convertvector(sum, H8);
  }
  for (ptrdiff_t i = 0; i < (samples < 32 ? samples : 0); i++) {
    int sum = ((middle[i] * weights[0] >> 14) + 1) >> 1;
    for (ptrdiff_t d = 1; d <= reach; d++)
      sum += (((rows[reach - d][i] + rows[reach + d][i]) * weights[d] >> 14) + 1) >> 1;
    sum = (sum + 32) >> 6;
    to[i] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
  }
}

void NAME(to_floats)(const uint8_t *pixels, ptrdiff_t count, const float scale[3], const float offset[3], float *to) {
#pragma clang fp contract(off)
  V a[3], b[3];
  for (int i = 0; i < 48; i++) a[i / 16][i % 16] = scale[i % 3], b[i / 16][i % 16] = offset[i % 3];
  const ptrdiff_t samples = 3 * count;
  ptrdiff_t i = 0;
  for (; i + 48 <= samples; i += 48)
    UNROLL for (int j = 0; j < 3; j++) {
      const V product = __builtin_convertvector(*(const UB *)(pixels + i + 16 * j), V) * a[j];
      *(U *)(to + i + 16 * j) = product + b[j];
    }
  for (; i < samples; i++) {
    const float product = (float)pixels[i] * scale[i % 3];
    to[i] = product + offset[i % 3];
  }
}
