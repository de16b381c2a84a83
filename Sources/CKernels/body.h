// The loops themselves, compiled once for each instruction set: the including file defines NAME(f), TARGET and the
// shapes of the register tiles. Vectors of 16 floats are one, two or four registers; the compiler splits them.
#include <string.h>

#include "table.h"

#ifdef TARGET
#pragma clang attribute push(TARGET, apply_to = function)
#endif
#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed to inlined functions only

typedef float V __attribute__((ext_vector_type(16)));
typedef float U __attribute__((ext_vector_type(16), aligned(4)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// MARK: - Products

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
        const float x = p->input[row * p->row_step + column * p->pixel_step + k / p->length * p->run_step + k % p->length];
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
      const ptrdiff_t run = k / p->length, at = k % p->length, left = (to - k < p->length - at ? to - k : p->length - at);
      const float *x = p->input + run * p->run_step + at;
      OUTER(8, 2) OUTER(4, 2) OUTER(2, 2) OUTER(1, 2)
    }
#endif
  for (; c + CK_PANEL <= channels; c += CK_PANEL)
    for (ptrdiff_t k = from; k < to;) {
      const ptrdiff_t run = k / p->length, at = k % p->length, left = (to - k < p->length - at ? to - k : p->length - at);
      const float *x = p->input + run * p->run_step + at;
#if TILE_PANELS > 1
      OUTER(16, 1) OUTER(9, 1) OUTER(8, 1)
#endif
      OUTER(4, 1) OUTER(2, 1) OUTER(1, 1)
    }
  if (c < channels) outer_tail(p, from, to, dy, dy_row, channels, c, sums);
}

// MARK: - Batch normalisation and what stands around it
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
#define BLOCKS(channels) for (ptrdiff_t c0 = 0, count; count = (channels) - c0 < 16 ? (channels) - c0 : 16, c0 < (channels); c0 += 16)

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

void NAME(normalize)(const float *x, const float *residual, ptrdiff_t pixels, ptrdiff_t channels, const float *scale,
                     const float *shift, const float *residual_scale, bool relu, float *y) {
  const V floor = relu ? (V)0 : (V)(-__builtin_inff());
  BLOCKS(channels) {
    const V a = load(scale + c0, count), b = load(shift + c0, count);
    const V r = residual_scale ? load(residual_scale + c0, count) : (V)1;
    for (ptrdiff_t p = 0; p < pixels; p++) {
      const ptrdiff_t at = p * channels + c0;
      V v = load(x + at, count) * a + b;
      if (residual) v += load(residual + at, count) * r;
      store(y + at, count, v < floor ? floor : v);  // so that NaN stays NaN
    }
  }
}

void NAME(place)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels, const float *scale,
                 const float *shift, bool relu, float *y, ptrdiff_t y_row) {
  for (ptrdiff_t row = 0; row < rows; row++, x += columns * channels, y += y_row)
    if (scale) NAME(normalize)(x, NULL, columns, channels, scale, shift, NULL, relu, y);
    else memcpy(y, x, columns * channels * sizeof(float));
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

void NAME(gradient_sums)(const float *dy, const float *y, const float *x, ptrdiff_t pixels, ptrdiff_t channels,
                         const float *mean, const float *scale, const float *shift, float *sum, float *product,
                         float *masked) {
  BLOCKS(channels) {
    const V m = load(mean + c0, count), a = scale ? load(scale + c0, count) : (V)0;
    const V b = scale ? load(shift + c0, count) : (V)0;
    V s[2] = {0, 0}, t[2] = {0, 0};
    for (ptrdiff_t p = 0; p < pixels; p += 2)
      UNROLL for (int i = 0; i < 2; i++) {
        if (p + i == pixels) break;
        const ptrdiff_t at = (p + i) * channels + c0;
        const V value = load(x + at, count);
        V g = load(dy + at, count);
        if (y) g = load(y + at, count) > 0 ? g : (V)0;
        else if (scale) g = value * a + b > 0 ? g : (V)0;
        if (masked) store(masked + at, count, g);
        s[i] += g;
        t[i] += g * (value - m);
      }
    store(sum + c0, count, s[0] + s[1]);
    store(product + c0, count, t[0] + t[1]);
  }
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

const ck_table NAME(table) = {
  VARIANT, NAME(multiply), NAME(accumulate_outer), NAME(channel_statistics), NAME(normalize),
  NAME(place), NAME(place_gradient), NAME(gradient_sums), NAME(add), NAME(sgd),
};

#ifdef TARGET
#pragma clang attribute pop
#endif
