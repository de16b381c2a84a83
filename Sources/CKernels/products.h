// Products of patches with weights, and of patches with gradients. Part of body.h, compiled once a variant.

// What the processor can do at most: chains of multiply-adds that wait for nothing but themselves. Returns their
// number in floats, so that the caller divides by the time; `sink` keeps the compiler from leaving them out.
double NAME(multiply_adds)(ptrdiff_t rounds, float *sink) {
  V sums[CHAINS];
  UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = (V)(float)i;
  const V factor = (V)(*sink), term = factor * 0.5f;
  for (ptrdiff_t round = 0; round < rounds; round++)
    UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = sums[i] * factor + term;
  V sum = 0;
  UNROLL for (int i = 0; i < CHAINS; i++) sum += sums[i];
  *sink = sum[0];
  return (double)rounds * CHAINS * 16;
}

// The floats of one tile: `groups` groups of `count` (at most 4) neighbouring pixels, `panels` panels of 16 channels.
// Everything but the pointers is known when it is compiled, so that the sums stay in registers.
INLINE void tile(const int groups, const int count, const int panels, const ck_patches *p,
                 const float *const *inputs, float *const *outputs, const float *weights, ptrdiff_t panel_step,
                 const float *bias, ptrdiff_t out_pixel, ptrdiff_t channels) {
  V sums[16];
  UNROLL for (int i = 0; i < groups * count * panels; i++) sums[i] = 0;
  const ptrdiff_t step = p->pixel_step, step3 = 3 * step;
  for (ptrdiff_t run = 0; run < p->runs; run++) {
    const float *at[4];
    UNROLL for (int g = 0; g < groups; g++) at[g] = inputs[g] + run * p->run_step;
    for (ptrdiff_t k = 0; k < p->length; k++, weights += CK_PANEL) {
      V w[4];
      UNROLL for (int j = 0; j < panels; j++) w[j] = *(const V *)(weights + j * panel_step);
      UNROLL for (int g = 0; g < groups; g++) {
        UNROLL for (int m = 0; m < count; m++) {
          const float x = at[g][k + (m == 3 ? step3 : m * step)];
          UNROLL for (int j = 0; j < panels; j++) sums[(g * count + m) * panels + j] += w[j] * x;
        }
      }
    }
  }
  UNROLL for (int j = 0; j < panels; j++) {
    const ptrdiff_t left = channels - j * CK_PANEL;
    V b = 0;
    if (bias) __builtin_memcpy(&b, bias + j * CK_PANEL, (left < CK_PANEL ? left : CK_PANEL) * sizeof(float));
    UNROLL for (int g = 0; g < groups; g++) {
      UNROLL for (int m = 0; m < count; m++) {
        const V sum = sums[(g * count + m) * panels + j] + b;
        float *to = outputs[g] + m * out_pixel + j * CK_PANEL;
        if (left >= CK_PANEL) *(U *)to = sum;
        else memcpy(to, &sum, left * sizeof(float));
      }
    }
  }
}

#define TILE(groups, count, panels) \
  static void NAME(tile_##groups##_##count##_##panels)(const ck_patches *p, const float *const *inputs, \
      float *const *outputs, const float *w, ptrdiff_t ps, const float *bias, ptrdiff_t op, ptrdiff_t c) { \
    tile(groups, count, panels, p, inputs, outputs, w, ps, bias, op, c); \
  }
TILE(1, 1, 1) TILE(1, 2, 1) TILE(1, 3, 1) TILE(1, 4, 1)
#if TILE_PANELS > 1
TILE(4, 4, 1)
TILE(1, 1, 2) TILE(1, 2, 2) TILE(1, 3, 2) TILE(1, 4, 2) TILE(2, 4, 2)
#endif
#if TILE_PANELS > 2
TILE(1, 1, 4) TILE(1, 2, 4) TILE(1, 3, 4) TILE(1, 4, 4)
#endif
#define TILE_NAME(groups, count, panels) NAME(tile_##groups##_##count##_##panels)

#if TILE_PANELS > 1
#define TALL_GROUPS 4
#define TALL_TILE TILE_NAME(4, 4, 1)
#else
#define TALL_GROUPS 1
#define TALL_TILE TILE_NAME(1, 4, 1)
#endif

typedef void tile_function(const ck_patches *, const float *const *, float *const *, const float *, ptrdiff_t,
                           const float *, ptrdiff_t, ptrdiff_t);

// One set of panels against the whole grid. Full groups wait until there are enough for the wide tile, over the end
// of a row if need be; what is left of a row goes alone.
INLINE void sweep(const ck_patches *p, const float *weights, ptrdiff_t panel_step, const float *bias, float *output,
                  ptrdiff_t out_row, ptrdiff_t out_pixel, ptrdiff_t channels, const int wide, tile_function *wide_tile,
                  tile_function *const tiles[4]) {
  const float *inputs[4];
  float *outputs[4];
  int waiting = 0;
  for (ptrdiff_t y = 0; y < p->rows; y++) {
    for (ptrdiff_t x = 0; x < p->columns; x += 4) {
      const float *input = p->input + y * p->row_step + x * p->pixel_step;
      float *to = output + y * out_row + x * out_pixel;
      const ptrdiff_t count = p->columns - x < 4 ? p->columns - x : 4;
      if (count < 4) {
        tiles[count - 1](p, &input, &to, weights, panel_step, bias, out_pixel, channels);
        continue;
      }
      inputs[waiting] = input;
      outputs[waiting++] = to;
      if (waiting == wide) {
        wide_tile(p, inputs, outputs, weights, panel_step, bias, out_pixel, channels);
        waiting = 0;
      }
    }
  }
  for (int g = 0; g < waiting; g++)
    tiles[3](p, inputs + g, outputs + g, weights, panel_step, bias, out_pixel, channels);
}

// `count` rows of a matrix against one panel.
INLINE void matrix_tile(const int count, const ck_patches *p, const float *x, const float *weights, float *output,
                        ptrdiff_t out_pixel) {
  const ptrdiff_t step = p->pixel_step, step3 = 3 * step;
  const float *const at[4] = {x, x + 4 * step, x + 8 * step, x + 12 * step};
  V sums[16];
  UNROLL for (int i = 0; i < count; i++) sums[i] = 0;
  for (ptrdiff_t k = 0; k < p->length; k++) {
    const V w = *(const V *)(weights + k * CK_PANEL);
    UNROLL for (int i = 0; i < count; i++) sums[i] += w * at[i / 4][k + (i % 4 == 3 ? step3 : i % 4 * step)];
  }
  UNROLL for (int i = 0; i < count; i++) *(U *)(output + i * out_pixel) = sums[i];
}

// A matrix of 4 n rows against one panel: with few channels the sweep's choices cost more than products.
INLINE void strip(const ck_patches *p, const float *weights, float *output, ptrdiff_t out_pixel) {
  for (ptrdiff_t row = 0; row < p->columns;) {
    const ptrdiff_t left = p->columns - row;
    const float *x = p->input + row * p->pixel_step;
    float *to = output + row * out_pixel;
    if (left >= STRIP && left != 8) {  // of 8 rows, 6 would leave 2, and the tile of 4 would run past them
      matrix_tile(STRIP, p, x, weights, to, out_pixel);
      row += STRIP;
    } else {
      matrix_tile(4, p, x, weights, to, out_pixel);
      row += 4;
    }
  }
}

void NAME(multiply)(const ck_patches *p, const float *panels, ptrdiff_t channels, const float *bias, float *output,
                    ptrdiff_t out_row, ptrdiff_t out_pixel) {
  const ptrdiff_t depth = p->runs * p->length, panel_step = depth * CK_PANEL;
  tile_function *const one[4] = {TILE_NAME(1, 1, 1), TILE_NAME(1, 2, 1), TILE_NAME(1, 3, 1), TILE_NAME(1, 4, 1)};
  ptrdiff_t c = 0;
#if TILE_PANELS > 2
  tile_function *const four[4] = {TILE_NAME(1, 1, 4), TILE_NAME(1, 2, 4), TILE_NAME(1, 3, 4), TILE_NAME(1, 4, 4)};
  if (p->columns * p->rows <= 4)  // too few pixels for the taller tile: widen it instead
    for (; channels - c > 3 * CK_PANEL; c += 4 * CK_PANEL)
      sweep(p, panels + c / CK_PANEL * panel_step, panel_step, bias ? bias + c : NULL, output + c, out_row, out_pixel,
            channels - c, 1, four[3], four);
#endif
#if TILE_PANELS > 1
  tile_function *const two[4] = {TILE_NAME(1, 1, 2), TILE_NAME(1, 2, 2), TILE_NAME(1, 3, 2), TILE_NAME(1, 4, 2)};
  for (; channels - c > CK_PANEL; c += 2 * CK_PANEL)
    sweep(p, panels + c / CK_PANEL * panel_step, panel_step, bias ? bias + c : NULL, output + c, out_row, out_pixel,
          channels - c, 2, TILE_NAME(2, 4, 2), two);
#endif
  if (p->rows == 1 && p->runs == 1 && p->columns % 4 == 0 && !bias)
    for (; c + CK_PANEL <= channels; c += CK_PANEL)
      strip(p, panels + c / CK_PANEL * panel_step, output + c, out_pixel);
  for (; c < channels; c += CK_PANEL)
    sweep(p, panels + c / CK_PANEL * panel_step, panel_step, bias ? bias + c : NULL, output + c, out_row, out_pixel,
          channels - c, TALL_GROUPS, TALL_TILE, one);
}

// `height` neighbouring floats of the patch against `panels` panels of dy, over the whole grid.
INLINE void outer(const int height, const int panels, const ck_patches *p, const float *x, const float *dy,
                  ptrdiff_t dy_row, ptrdiff_t channels, float *sums) {
  V s[16];
  UNROLL for (int m = 0; m < height; m++)
    UNROLL for (int j = 0; j < panels; j++) s[m * panels + j] = *(const U *)(sums + m * channels + j * CK_PANEL);
  for (ptrdiff_t row = 0; row < p->rows; row++) {
    const float *from = x + row * p->row_step, *g = dy + row * dy_row;
    for (ptrdiff_t column = 0; column < p->columns; column++, from += p->pixel_step, g += channels) {
      V d[4];
      UNROLL for (int j = 0; j < panels; j++) d[j] = *(const U *)(g + j * CK_PANEL);
      UNROLL for (int m = 0; m < height; m++)
        UNROLL for (int j = 0; j < panels; j++) s[m * panels + j] += d[j] * from[m];
    }
  }
  UNROLL for (int m = 0; m < height; m++)
    UNROLL for (int j = 0; j < panels; j++) *(U *)(sums + m * channels + j * CK_PANEL) = s[m * panels + j];
}


// The channels from `first` on, too few for a panel.
INLINE void outer_tail(const ck_patches *p, ptrdiff_t from, ptrdiff_t to, const float *dy, ptrdiff_t dy_row,
                       ptrdiff_t channels, ptrdiff_t first, float *sums) {
  for (ptrdiff_t row = 0; row < p->rows; row++)
    for (ptrdiff_t column = 0; column < p->columns; column++) {
      const float *g = dy + row * dy_row + column * channels;
      for (ptrdiff_t k = from; k < to; k++) {
        const ptrdiff_t at = k / p->length * p->run_step + k % p->length;
        const float x = p->input[row * p->row_step + column * p->pixel_step + at];
        for (ptrdiff_t c = first; c < channels; c++) sums[k * channels + c] += g[c] * x;
      }
    }
}

// The tallest tile that still fits takes the next floats of the run.
#define OUTER(height, panels) \
  if (left >= height) { \
    outer(height, panels, p, x, dy + c, dy_row, channels, sums + k * channels + c); \
    k += height; \
    continue; \
  }

void NAME(accumulate_outer)(const ck_patches *p, ptrdiff_t from, ptrdiff_t to, const float *dy, ptrdiff_t dy_row,
                            ptrdiff_t channels, float *sums) {
  ptrdiff_t c = 0;
#if TILE_PANELS > 1
  for (; c + 2 * CK_PANEL <= channels; c += 2 * CK_PANEL)
    for (ptrdiff_t k = from; k < to;) {
      const ptrdiff_t run = k / p->length, at = k % p->length, rest = p->length - at;
      const ptrdiff_t left = to - k < rest ? to - k : rest;
      const float *x = p->input + run * p->run_step + at;
      OUTER(8, 2) OUTER(4, 2) OUTER(2, 2) OUTER(1, 2)
    }
#endif
  for (; c + CK_PANEL <= channels; c += CK_PANEL)
    for (ptrdiff_t k = from; k < to;) {
      const ptrdiff_t run = k / p->length, at = k % p->length, rest = p->length - at;
      const ptrdiff_t left = to - k < rest ? to - k : rest;
      const float *x = p->input + run * p->run_step + at;
#if TILE_PANELS > 1
      OUTER(16, 1) OUTER(9, 1) OUTER(8, 1)
#else
      if (left != 8) { OUTER(6, 1) }  // two of 4 are faster than 6 and 2
#endif
      OUTER(4, 1) OUTER(2, 1) OUTER(1, 1)
    }
  if (c < channels) outer_tail(p, from, to, dy, dy_row, channels, c, sums);
}
