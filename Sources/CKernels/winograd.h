// Winograd's minimal filtering F(4x4, 3x3) for channels-last pictures (Lavin, Gray 2016): 36 products stand for the 144
// of a 4x4 tile of outputs. Part of body.h, compiled once a variant.
//
// A tile's numbers at one of the 36 positions lie at `position * step + tile * channels`; channels are a multiple of
// 16. Each function transforms columns first, then rows, with LANES channels in a register.

typedef float Lanes __attribute__((ext_vector_type(LANES)));
typedef float Unaligned __attribute__((ext_vector_type(LANES), aligned(4)));

// Bᵀ d: six neighbouring inputs.
INLINE void input_line(const Lanes *d, ptrdiff_t s, Lanes *t) {
  const Lanes even = d[4 * s] - 4 * d[2 * s], odd = d[3 * s] - 4 * d[s];
  const Lanes far = d[4 * s] - d[2 * s], twice = 2 * (d[3 * s] - d[s]);
  t[0] = 4 * d[0] - 5 * d[2 * s] + d[4 * s];
  t[1] = even + odd;
  t[2] = even - odd;
  t[3] = far + twice;
  t[4] = far - twice;
  t[5] = 4 * d[s] - 5 * d[3 * s] + d[5 * s];
}
// Aᵀ m: six products to four outputs.
INLINE void output_line(const Lanes *m, ptrdiff_t s, Lanes *y) {
  const Lanes sum = m[s] + m[2 * s], difference = m[s] - m[2 * s];
  const Lanes sum2 = m[3 * s] + m[4 * s], difference2 = m[3 * s] - m[4 * s];
  y[0] = m[0] + sum + sum2;
  y[1] = difference + 2 * difference2;
  y[2] = sum + 4 * sum2;
  y[3] = difference + 8 * difference2 + m[5 * s];
}
// A y: the way back through Aᵀ.
INLINE void gradient_line(const Lanes *y, ptrdiff_t s, Lanes *m) {
  const Lanes even = y[0] + y[2 * s], odd = y[s] + y[3 * s];
  const Lanes even2 = y[0] + 4 * y[2 * s], odd2 = 2 * y[s] + 8 * y[3 * s];
  m[0] = y[0];
  m[1] = even + odd;
  m[2] = even - odd;
  m[3] = even2 + odd2;
  m[4] = even2 - odd2;
  m[5] = y[3 * s];
}
// G g: three weights of a line.
INLINE void weight_line(const Lanes *g, ptrdiff_t s, Lanes *u) {
  const Lanes even = (g[0] + g[2 * s]) * (-1 / 6.0f), odd = g[s] * (1 / 6.0f);
  const Lanes even2 = g[0] * (1 / 24.0f) + g[2 * s] * (1 / 6.0f), odd2 = g[s] * (1 / 12.0f);
  u[0] = g[0] * 0.25f;
  u[1] = even - odd;
  u[2] = even + odd;
  u[3] = even2 + odd2;
  u[4] = even2 - odd2;
  u[5] = g[2 * s];
}
// Gᵀ u: the way back through G.
INLINE void weight_gradient_line(const Lanes *u, ptrdiff_t s, Lanes *g) {
  const Lanes sum = u[s] + u[2 * s], difference = u[2 * s] - u[s];
  const Lanes sum2 = u[3 * s] + u[4 * s], difference2 = u[3 * s] - u[4 * s];
  g[0] = u[0] * 0.25f - sum * (1 / 6.0f) + sum2 * (1 / 24.0f);
  g[1] = difference * (1 / 6.0f) + difference2 * (1 / 12.0f);
  g[2] = (sum2 - sum) * (1 / 6.0f) + u[5 * s];
}

// One 6x6 tile of a picture with its border.
INLINE void input_tile(const float *x, ptrdiff_t row, ptrdiff_t channels, float *v, ptrdiff_t step) {
  Lanes t[36];
  UNROLL for (int i = 0; i < 6; i++) {
    Lanes d[6];
    UNROLL for (int j = 0; j < 6; j++) d[j] = *(const Unaligned *)(x + j * row + i * channels);
    input_line(d, 1, t + 6 * i);
  }
  UNROLL for (int j = 0; j < 6; j++) {
    Lanes line[6];
    input_line(t + j, 6, line);
    UNROLL for (int i = 0; i < 6; i++) *(Unaligned *)(v + (6 * j + i) * step) = line[i];
  }
}
INLINE void gradient_tile(const float *dy, ptrdiff_t row, ptrdiff_t channels, float *m, ptrdiff_t step) {
  Lanes t[24];
  UNROLL for (int i = 0; i < 4; i++) {
    Lanes d[4];
    UNROLL for (int j = 0; j < 4; j++) d[j] = *(const Unaligned *)(dy + j * row + i * channels);
    gradient_line(d, 1, t + 6 * i);
  }
  UNROLL for (int j = 0; j < 6; j++) {
    Lanes line[6];
    gradient_line(t + j, 6, line);
    UNROLL for (int i = 0; i < 6; i++) *(Unaligned *)(m + (6 * j + i) * step) = line[i];
  }
}
// The outputs of one tile, as far as they belong to the picture.
INLINE void output_tile(const float *m, ptrdiff_t step, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels, float *y,
                        ptrdiff_t y_row) {
  Lanes t[24];
  UNROLL for (int i = 0; i < 6; i++) {
    Lanes d[6];
    UNROLL for (int j = 0; j < 6; j++) d[j] = *(const Unaligned *)(m + (6 * j + i) * step);
    output_line(d, 1, t + 4 * i);
  }
  UNROLL for (int j = 0; j < 4; j++) {
    Lanes line[4];
    output_line(t + j, 4, line);
    if (j < rows)
      UNROLL for (int i = 0; i < 4; i++)
        if (i < columns) *(Unaligned *)(y + j * y_row + i * channels) = line[i];
  }
}

void NAME(winograd_input)(const float *x, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
                          float *v, ptrdiff_t step) {
  for (ptrdiff_t i = 0; i < rows; i++)
    for (ptrdiff_t j = 0; j < columns; j++, v += channels)
      for (ptrdiff_t c = 0; c < channels; c += LANES)
        input_tile(x + 4 * (i * row + j * channels) + c, row, channels, v + c, step);
}

void NAME(winograd_gradient)(const float *dy, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
                             float *m, ptrdiff_t step) {
  for (ptrdiff_t i = 0; i < rows; i++)
    for (ptrdiff_t j = 0; j < columns; j++, m += channels)
      for (ptrdiff_t c = 0; c < channels; c += LANES)
        gradient_tile(dy + 4 * (i * row + j * channels) + c, row, channels, m + c, step);
}

void NAME(winograd_output)(const float *m, ptrdiff_t step, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels,
                           float *y, ptrdiff_t y_row) {
  for (ptrdiff_t top = 0; top < height; top += 4)
    for (ptrdiff_t left = 0; left < width; left += 4, m += channels)
      for (ptrdiff_t c = 0; c < channels; c += LANES)
        output_tile(m + c, step, height - top, width - left, channels, y + top * y_row + left * channels + c, y_row);
}

void NAME(winograd_weights)(const float *g, ptrdiff_t g_step, ptrdiff_t n, float *u, ptrdiff_t u_step) {
  for (ptrdiff_t at = 0; at < n; at += LANES) {
    Lanes t[18];
    UNROLL for (int i = 0; i < 3; i++) {
      Lanes line[3];
      UNROLL for (int j = 0; j < 3; j++) line[j] = *(const Unaligned *)(g + (3 * j + i) * g_step + at);
      weight_line(line, 1, t + 6 * i);
    }
    UNROLL for (int j = 0; j < 6; j++) {
      Lanes line[6];
      weight_line(t + j, 6, line);
      UNROLL for (int i = 0; i < 6; i++) *(Unaligned *)(u + (6 * j + i) * u_step + at) = line[i];
    }
  }
}

void NAME(winograd_weights_gradient)(const float *du, ptrdiff_t du_step, ptrdiff_t n, float *dg,
                                     ptrdiff_t dg_step) {
  for (ptrdiff_t at = 0; at < n; at += LANES) {
    Lanes t[18];
    UNROLL for (int i = 0; i < 6; i++) {
      Lanes line[6];
      UNROLL for (int j = 0; j < 6; j++) line[j] = *(const Unaligned *)(du + (6 * j + i) * du_step + at);
      weight_gradient_line(line, 1, t + 3 * i);
    }
    UNROLL for (int j = 0; j < 3; j++) {
      Lanes line[3];
      weight_gradient_line(t + j, 3, line);
      UNROLL for (int i = 0; i < 3; i++) *(Unaligned *)(dg + (3 * j + i) * dg_step + at) = line[i];
    }
  }
}
