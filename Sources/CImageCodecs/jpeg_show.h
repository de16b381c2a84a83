// From coefficients to pixels at a half, a quarter or an eighth of the size, as libjpeg-turbo computes it: transforms
// that give the means of 2, 4 or 8 pixels, smooth chroma, ITU-R 601 colours. Part of jpeg_loops.h.
//
// Source: libjpeg (Lane and others), jidctred.c, jidctint.c, jdsample.c, jdcolor.c; after Loeffler, Ligtenberg and
// Moschytz, 1989.

// Thirteen bits behind the point.
enum {
  F_0_211 = 1730, F_0_298 = 2446, F_0_390 = 3196, F_0_509 = 4176, F_0_541 = 4433, F_0_601 = 4926, F_0_720 = 5906,
  F_0_765 = 6270, F_0_850 = 6967, F_0_899 = 7373, F_1_061 = 8697, F_1_175 = 9633, F_1_272 = 10426, F_1_451 = 11893,
  F_1_501 = 12299, F_1_847 = 15137, F_1_961 = 16069, F_2_053 = 16819, F_2_172 = 17799, F_2_562 = 20995,
  F_3_072 = 25172, F_3_624 = 29692,
};

static inline int rounded(int x, int bits) { return (x + (1 << (bits - 1))) >> bits; }
static inline uint8_t sample(int x) {
  x += 128;
  return (uint8_t)(x < 0 ? 0 : x > 255 ? 255 : x);
}

// One axis of each transform, `step` apart. The last argument is how many bits to drop.
static inline void two(const int *in, int step, int bits, int out[2]) {
  const int even = in[0] * (1 << 15);
  const int odd = in[4 * step] * -F_0_720 + in[3 * step] * F_0_850 + in[2 * step] * -F_1_272 + in[step] * F_3_624;
  out[0] = rounded(even + odd, bits);
  out[1] = rounded(even - odd, bits);
}

static inline void four(const int *in, int step, int bits, int out[4]) {
  const int even = in[0] * (1 << 14);
  const int turned = in[2 * step] * F_1_847 - in[6 * step] * F_0_765;
  const int a = even + turned, b = even - turned;
  const int z1 = in[7 * step], z2 = in[5 * step], z3 = in[3 * step], z4 = in[step];
  const int inner = z1 * -F_0_211 + z2 * F_1_451 + z3 * -F_2_172 + z4 * F_1_061;
  const int outer = z1 * -F_0_509 + z2 * -F_0_601 + z3 * F_0_899 + z4 * F_2_562;
  out[0] = rounded(a + outer, bits);
  out[3] = rounded(a - outer, bits);
  out[1] = rounded(b + inner, bits);
  out[2] = rounded(b - inner, bits);
}

static inline void eight(const int *in, int step, int bits, int out[8]) {
  const int shared = (in[2 * step] + in[6 * step]) * F_0_541;
  const int e2 = shared - in[6 * step] * F_1_847, e3 = shared + in[2 * step] * F_0_765;
  const int e0 = (in[0] + in[4 * step]) * (1 << 13), e1 = (in[0] - in[4 * step]) * (1 << 13);
  const int even[4] = {e0 + e3, e1 + e2, e1 - e2, e0 - e3};
  const int t0 = in[7 * step], t1 = in[5 * step], t2 = in[3 * step], t3 = in[step];
  const int z5 = (t0 + t2 + t1 + t3) * F_1_175;
  const int z1 = (t0 + t3) * -F_0_899, z2 = (t1 + t2) * -F_2_562;
  const int z3 = (t0 + t2) * -F_1_961 + z5, z4 = (t1 + t3) * -F_0_390 + z5;
  const int odd[4] = {t3 * F_1_501 + z1 + z4, t2 * F_3_072 + z2 + z3, t1 * F_2_053 + z2 + z4, t0 * F_0_298 + z1 + z3};
  for (int i = 0; i < 4; i++) {
    out[i] = rounded(even[i] + odd[i], bits);
    out[7 - i] = rounded(even[i] - odd[i], bits);
  }
}

// Coefficients beyond what 8 bits can give overflow in one way or another; libjpeg is to say how.
enum { LARGEST = 4096 };

// `quantised` block to side x side samples, `row` apart. False for coefficients that are too large.
static bool transform(const struct component *component, const int16_t *quantised, uint64_t present, uint8_t *to,
                      size_t row) {
  const uint32_t side = component->side;
  const int dc = quantised[0] * component->quant[0];
  if (dc < -LARGEST || dc >= LARGEST) return false;
  if (present == 0 || side == 1) {
    const uint8_t level = sample(rounded(dc, 3));
    for (uint32_t y = 0; y < side; y++) memset(to + y * row, level, side);
    return true;
  }
  int in[64], out[8], work[64];
  unsigned beyond = 0;
  const uint32_t places = side == 2 ? 25 : 64;
  for (uint32_t i = 0; i < places; i++) {
    const int value = quantised[i] * component->quant[i];
    in[component->input[i]] = value;
    beyond |= (unsigned)(value + LARGEST);
  }
  if (beyond >= 2 * LARGEST) return false;
  if (side == 2) {
    for (int x = 0; x < 5; x++) {
      two(in + x, 5, 13, out);
      work[x] = out[0], work[5 + x] = out[1];
    }
    for (int y = 0; y < 2; y++, to += row) {
      two(work + 5 * y, 1, 20, out);
      for (int x = 0; x < 2; x++) to[x] = sample(out[x]);
    }
  } else if (side == 4) {
    for (int x = 0; x < 8; x++) {
      if (x == 4) continue;  // the second axis takes no part of it
      four(in + x, 8, 12, out);
      for (int y = 0; y < 4; y++) work[8 * y + x] = out[y];
    }
    for (int y = 0; y < 4; y++, to += row) {
      four(work + 8 * y, 1, 19, out);
      for (int x = 0; x < 4; x++) to[x] = sample(out[x]);
    }
  } else {
    for (int x = 0; x < 8; x++) {
      eight(in + x, 8, 11, out);
      for (int y = 0; y < 8; y++) work[8 * y + x] = out[y];
    }
    for (int y = 0; y < 8; y++, to += row) {
      eight(work + 8 * y, 1, 18, out);
      for (int x = 0; x < 8; x++) to[x] = sample(out[x]);
    }
  }
  return true;
}

// A row of chroma at twice its width: three parts of the nearer sample, one of the farther.
static void stretch_smoothly(const uint8_t *from, uint32_t count, uint8_t *to) {
  to[0] = from[0];
  to[1] = (uint8_t)((from[0] * 3 + from[1] + 2) >> 2);
  for (uint32_t x = 1; x + 1 < count; x++) {
    to[2 * x] = (uint8_t)((from[x] * 3 + from[x - 1] + 1) >> 2);
    to[2 * x + 1] = (uint8_t)((from[x] * 3 + from[x + 1] + 2) >> 2);
  }
  to[2 * count - 2] = (uint8_t)((from[count - 1] * 3 + from[count - 2] + 1) >> 2);
  to[2 * count - 1] = from[count - 1];
}

static void show_row(const uint8_t *luma, const uint8_t *blue, const uint8_t *red, uint32_t width, uint8_t *to) {
  for (uint32_t x = 0; x < width; x++, to += 3) {
    const int y = luma[x], cb = blue[x] - 128, cr = red[x] - 128;
    const int r = y + ((91881 * cr + 32768) >> 16);
    const int g = y + ((-22554 * cb - 46802 * cr + 32768) >> 16);
    const int b = y + ((116130 * cb + 32768) >> 16);
    to[0] = (uint8_t)(r < 0 ? 0 : r > 255 ? 255 : r);
    to[1] = (uint8_t)(g < 0 ? 0 : g > 255 ? 255 : g);
    to[2] = (uint8_t)(b < 0 ? 0 : b > 255 ? 255 : b);
  }
}

bool NAME(show)(struct job *job, uint32_t mcu_row) {
  for (uint32_t i = 0; i < job->component_count; i++) {
    const struct component *component = &job->components[i];
    const size_t width = (size_t)component->row_blocks * component->side;
    for (uint32_t v = 0; v < component->down; v++) {
      if (mcu_row * component->down + v >= component->rows) break;
      const size_t first = ((size_t)mcu_row * component->down + v) * component->row_blocks;
      uint8_t *to = job->planes[i] + v * component->side * width;
      for (uint32_t x = 0; x < component->columns; x++)
        if (!transform(component, component->coefficients + (first + x) * component->stride,
                       component->present[first + x], to + x * component->side, width))
          return false;
    }
  }
  const struct component *luma = &job->components[0];
  const uint32_t width = (job->width - 1) / job->scale + 1, height = (job->height - 1) / job->scale + 1;
  const uint32_t rows = luma->down * luma->side, first = mcu_row * rows;
  const size_t luma_width = (size_t)luma->row_blocks * luma->side;
  for (uint32_t y = 0; y < rows && first + y < height; y++) {
    uint8_t *to = job->pixels + (size_t)3 * width * (first + y);
    const uint8_t *levels = job->planes[0] + y * luma_width;
    if (job->component_count == 1) {
      for (uint32_t x = 0; x < width; x++) to[3 * x] = to[3 * x + 1] = to[3 * x + 2] = levels[x];
      continue;
    }
    const uint8_t *chroma[2];
    for (int i = 0; i < 2; i++) {
      const struct component *component = &job->components[1 + i];
      chroma[i] = job->planes[1 + i] + y * ((size_t)component->row_blocks * component->side);
      const bool is_narrow = job->most_across == 2 && component->side == luma->side;
      if (!is_narrow) continue;
      const uint32_t count = (width - 1) / 2 + 1;
      if (luma->side > 1 && count > 2) {
        stretch_smoothly(chroma[i], count, job->upsampled[i]);
      } else {
        for (uint32_t x = 0; x < count; x++)
          job->upsampled[i][2 * x] = job->upsampled[i][2 * x + 1] = chroma[i][x];
      }
      chroma[i] = job->upsampled[i];
    }
    show_row(levels, chroma[0], chroma[1], width, to);
  }
  return true;
}
