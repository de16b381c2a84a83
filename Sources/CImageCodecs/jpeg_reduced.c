// Reduced JPEG: markers, sizes, memory. The first thing that is not as usual ends it.
#include "jpeg_reduced.h"
#include "report.h"
#include <stdlib.h>
#include <sys/mman.h>

static const uint8_t order[64] = {
  0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

static bool read_quant(struct job *job, const uint8_t *segment, size_t length) {
  if (job->has_scan) return false;  // libjpeg would keep to the table of a component's first scan
  while (length > 0) {
    const uint32_t wide = segment[0] >> 4, number = segment[0] & 15;
    const size_t bytes = 1 + 64 * (1 + (size_t)wide);
    if (wide > 1 || number > 3 || length < bytes) return false;
    for (int k = 0; k < 64; k++) {
      const uint32_t value = wide ? big_endian_16(segment + 1 + 2 * k) : segment[1 + k];
      if (value == 0 || value > INT16_MAX) return false;
      job->quant[number][k] = (uint16_t)value;
    }
    job->has_quant[number] = true;
    segment += bytes;
    length -= bytes;
  }
  return true;
}

static bool read_tables(struct job *job, const uint8_t *segment, size_t length) {
  while (length > 0) {
    if (length < 17 || segment[0] >> 4 > 1 || (segment[0] & 15) > 3) return false;
    struct huffman *table = job->tables + 4 * (segment[0] >> 4) + (segment[0] & 15);
    const int symbols = huffman_make(table, segment + 1, segment + 17, length - 17);
    if (symbols < 0) return false;
    segment += 17 + symbols;
    length -= 17 + (size_t)symbols;
  }
  return true;
}

// The colours are as libjpeg takes them: by the JFIF marker, by Adobe's, or by the components' names.
static bool are_usual_colours(const struct job *job) {
  if (job->component_count == 1 || job->jfif) return true;
  if (job->adobe >= 0) return job->adobe == 1;
  const struct component *c = job->components;
  return c[0].name == 1 && c[1].name == 2 && c[2].name == 3;
}

static bool read_frame(struct job *job, const uint8_t *segment, size_t length) {
  if (job->has_frame || length < 6 || segment[0] != 8) return false;
  if (big_endian_16(segment + 1) != job->height || big_endian_16(segment + 3) != job->width) return false;
  const uint32_t count = segment[5];
  if ((count != 1 && count != 3) || length != 6 + 3 * (size_t)count) return false;
  job->has_frame = true;
  job->component_count = count;
  for (uint32_t i = 0; i < count; i++) {
    struct component *component = &job->components[i];
    const uint8_t *entry = segment + 6 + 3 * i;
    component->name = entry[0];
    for (uint32_t other = 0; other < i; other++)
      if (job->components[other].name == entry[0]) return false;
    component->across = entry[1] >> 4;
    component->down = entry[1] & 15;
    component->quant_table = entry[2];
    if (entry[2] > 3) return false;
  }
  const uint32_t across = job->components[0].across, down = job->components[0].down;
  const bool is_grey = count == 1;
  // All alike, halved across, or halved both ways.
  if (!(across == 1 && down == 1) && (is_grey || !(across == 2 && (down == 1 || down == 2)))) return false;
  for (uint32_t i = 1; i < count; i++)
    if (job->components[i].across != 1 || job->components[i].down != 1) return false;
  job->most_across = across;
  job->most_down = down;
  return true;
}

// Where a coefficient is kept. Two samples a side take the odd rows and columns and those numbered 0 only: first what is odd
// both ways, from row 7 to row 1 and column 7 to column 1, then row 0, then column 0. Else as they lie in the block.
static int kept_at(uint32_t side, int row, int column) {
  static const int8_t odd[8] = {-1, 3, -1, 2, -1, 1, -1, 0};
  if (side == 1) return -1;
  if (side > 2) return 8 * row + column;
  const int down = odd[row], across = odd[column];
  if (down >= 0 && across >= 0) return 4 * down + across;
  if (row == 0 && across >= 0) return 16 + across;
  return column == 0 && down >= 0 ? 20 + down : -1;
}

static void choose_places(struct job *job, struct component *component) {
  const uint16_t *quant = job->quant[component->quant_table];
  component->stride = component->side == 1 ? 0 : component->side == 2 ? 32 : 64;
  component->level_quant = quant[0];
  for (int at = 0; at < 64; at++) {
    component->lane_byte[at] = 0x8080;
    component->lane_bit[at] = 0x100;
  }
  for (int k = 1; k < 64; k++) {
    const int at = kept_at(component->side, order[k] >> 3, order[k] & 7);
    component->place[k] = at < 0 ? 31 : (uint8_t)at;
    if (at < 0) continue;
    component->taken |= (uint64_t)1 << k;
    component->quant[at] = (int16_t)quant[k];
    // A byte in the lane's lower half, nothing in the upper.
    component->lane_byte[at] = (uint16_t)(0x8000 | k >> 3);
    component->lane_bit[at] = (uint16_t)(1 << (k & 7));
  }
}

// Memory of zeros for all coefficients. Pages of the usual 4 KiB would take longer to come by than to fill.
static bool take_memory(struct job *job, const size_t *blocks) {
  const size_t line = 64;
  size_t bytes = 0, parts[3][3];
  for (uint32_t i = 0; i < job->component_count; i++) {
    parts[i][0] = bytes;
    bytes += (blocks[i] * job->components[i].stride * sizeof(int16_t) + line - 1) / line * line;
    if (job->components[i].stride == 0) bytes += line;  // where those go that the transform leaves out
    parts[i][1] = bytes;
    bytes += (blocks[i] * sizeof(uint64_t) + line - 1) / line * line;
    parts[i][2] = bytes;
    bytes += (blocks[i] * sizeof(int16_t) + line - 1) / line * line;
  }
  char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  job->memory = memory;
  job->memory_bytes = bytes;
#ifdef MADV_HUGEPAGE
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  for (uint32_t i = 0; i < job->component_count; i++) {
    job->components[i].coefficients = (int16_t *)(void *)(memory + parts[i][0]);
    job->components[i].present = (uint64_t *)(void *)(memory + parts[i][1]);
    job->components[i].levels = (int16_t *)(void *)(memory + parts[i][2]);
  }
  return true;
}

// Sizes and memory, once everything before the first scan is known.
static bool prepare_frame(struct job *job) {
  const uint32_t width = job->width, height = job->height;
  const uint32_t mcu_width = 8 * job->most_across, mcu_height = 8 * job->most_down;
  job->mcu_columns = (width - 1) / mcu_width + 1;
  job->mcu_rows = (height - 1) / mcu_height + 1;
  size_t coefficient_bytes = 0, blocks[3];
  for (uint32_t i = 0; i < job->component_count; i++) {
    struct component *component = &job->components[i];
    if (!job->has_quant[component->quant_table]) return false;
    component->columns = (width * component->across - 1) / mcu_width + 1;
    component->rows = (height * component->down - 1) / mcu_height + 1;
    component->row_blocks = job->mcu_columns * component->across;
    // As libjpeg has it: what is halved both ways keeps twice the samples, and needs no stretching.
    const bool is_halved = component->down < job->most_down;
    component->side = 8 / job->scale * (is_halved ? 2 : 1);
    choose_places(job, component);
    memset(component->accuracy, -1, sizeof component->accuracy);
    coefficient_bytes += (size_t)component->columns * component->rows * 64 * sizeof(int16_t);

    blocks[i] = (size_t)(job->flows ? 1 : job->mcu_rows) * component->down * component->row_blocks;
    job->planes[i] = malloc((size_t)component->row_blocks * component->down * component->side * component->side);
    if (!job->planes[i]) return false;
    // One sample more at each end, for the last pair.
    if (i > 0 && !(job->upsampled[i - 1] = malloc((size_t)width / job->scale + 4))) return false;
  }
  if (!job->flows && coefficient_bytes > job->limits.coefficient_bytes) return false;
  job->stretch = malloc(job->count - job->at + PADDING);
  return job->stretch && take_memory(job, blocks);
}

// libjpeg smooths over what is missing.
static bool is_complete(const struct job *job) {
  if (!job->has_scan) return false;
  for (uint32_t i = 0; i < job->component_count; i++)
    for (int k = 0; k < 64; k++)
      if (job->components[i].accuracy[k] != 0) return false;
  return true;
}

static bool show(struct job *job) {
  if (job->flows) return true;  // already
  for (uint32_t y = 0; y < job->mcu_rows; y++)
    if (!job->loops.show(job, y)) return false;
  return true;
}

static bool read_file(struct job *job) {
  if (job->count < 2 || job->bytes[0] != 0xff || job->bytes[1] != 0xd8) return false;
  job->at = 2;
  while (job->count - job->at >= 2 && job->bytes[job->at] == 0xff) {
    const uint8_t marker = job->bytes[job->at + 1];
    job->at += 2;
    if (marker == 0xd9) return is_complete(job) && show(job);
    if (job->count - job->at < 2) return false;
    const size_t length = big_endian_16(job->bytes + job->at);
    if (length < 2 || length > job->count - job->at) return false;
    const uint8_t *segment = job->bytes + job->at + 2;
    const size_t rest = length - 2;
    job->at += length;
    bool is_usual = true;
    switch (marker) {
      case 0xc0:
      case 0xc1:
      case 0xc2:
        job->is_progressive = marker == 0xc2;
        is_usual = read_frame(job, segment, rest);
        break;
      case 0xc4: is_usual = read_tables(job, segment, rest); break;
      case 0xdb: is_usual = read_quant(job, segment, rest); break;
      case 0xdd:
        is_usual = rest == 2;
        if (is_usual) job->restart_interval = big_endian_16(segment);
        break;
      case 0xda:
        if (!job->has_frame || rest < 1) return false;
        if (!job->has_scan) job->flows = !job->is_progressive && segment[0] == job->component_count;
        if (!job->has_scan && (!are_usual_colours(job) || !prepare_frame(job))) return false;
        is_usual = job->loops.scan(job, segment, rest);
        break;
      case 0xe0:
        if (rest >= 14 && memcmp(segment, "JFIF", 5) == 0) {
          job->jfif = true;
          is_usual = segment[5] == 1;
        }
        break;
      case 0xee:
        if (rest >= 12 && memcmp(segment, "Adobe", 5) == 0) job->adobe = segment[11];
        break;
      default: is_usual = (marker >= 0xe0 && marker <= 0xef) || marker == 0xfe;
    }
    if (!is_usual) return false;
  }
  return false;
}

enum ic_status ic_jpeg_read_reduced(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint32_t scale,
                                    struct ic_limits limits, bool is_known, bool portably, uint8_t *pixels) {
  struct job job = {.bytes = bytes, .count = count, .limits = limits, .width = width, .height = height,
                        .scale = scale, .is_known = is_known, .adobe = -1, .pixels = pixels, .loops = {plain_scan, plain_show}};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!portably && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
    job.loops = (struct loops){avx2_scan, avx2_show};
#endif
  if (scale < 2 || scale > 8) return IC_DECLINED;
  job.tables = calloc(8, sizeof *job.tables);
  const bool is_read = job.tables && read_file(&job);
  free(job.tables);
  free(job.stretch);
  if (job.memory) munmap(job.memory, job.memory_bytes);
  for (int i = 0; i < 3; i++) free(job.planes[i]);
  free(job.upsampled[0]);
  free(job.upsampled[1]);
  return is_read ? IC_OK : IC_DECLINED;
}
