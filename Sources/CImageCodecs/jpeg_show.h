// From samples to pixels: smooth chroma, ITU-R 601 colours, as libjpeg-turbo computes them. Part of jpeg_loops.h.
//
// Source: libjpeg (Lane and others), jdsample.c, jdcolor.c.

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
      const size_t first = ((size_t)(job->flows ? 0 : mcu_row) * component->down + v) * component->row_blocks;
      uint8_t *to = job->planes[i] + v * component->side * width;
      if (!transform_blocks(component, first, to, width)) return false;
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
