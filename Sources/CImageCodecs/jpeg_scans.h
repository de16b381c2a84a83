// A scan of a JPEG file: what its kind of scan says of each block, in the order of blocks. Part of jpeg_loops.h.
//
// Source: ITU-T T.81, A.2 and G.1.

// Each decodes one block of a component; `block` counts them as stored. They return false for what must not be.
typedef bool decode(struct job *, struct scan *, struct bits *, uint32_t number, size_t block);

// At a restart the counting begins anew.
static bool restart(struct job *job, struct scan *scan, struct bits bits, uint32_t number) {
  if (!is_used(job, bits) || scan->run > 0) return false;
  if (job->bytes[job->at + 1] != 0xd0 + (number & 7)) return false;
  job->at += 2;
  for (uint32_t i = 0; i < scan->count; i++) scan->components[i]->dc = 0;
  return next_stretch(job);
}

// One of the blocks that come by turns: its component, by its number in the scan, and where it is stored.
struct turn {
  uint32_t number, step;
  size_t block;
};

// The blocks that come by turns in a row: a component alone goes over its own, several go by MCUs.
static uint32_t begin_row(const struct job *job, const struct scan *scan, uint32_t y, struct turn turns[12]) {
  const size_t row = job->flows ? 0 : y;
  if (scan->count == 1) {
    turns[0] = (struct turn){.step = 1, .block = row * scan->components[0]->row_blocks};
    return 1;
  }
  uint32_t count = 0;
  for (uint32_t i = 0; i < scan->count; i++) {
    const struct component *component = scan->components[i];
    for (uint32_t v = 0; v < component->down; v++)
      for (uint32_t h = 0; h < component->across; h++)
        turns[count++] = (struct turn){i, component->across, (row * component->down + v) * component->row_blocks + h};
  }
  return count;
}

INLINE bool decode_blocks(struct job *job, struct scan *scan, decode *block) {
  const bool alone = scan->count == 1;
  const uint32_t columns = alone ? scan->components[0]->columns : job->mcu_columns;
  const uint32_t rows = alone ? scan->components[0]->rows : job->mcu_rows;
  uint32_t left = job->restart_interval, restarts = 0;
  struct bits bits = bits_at(job->stretch);
  for (uint32_t y = 0; y < rows; y++) {
    struct turn turns[12];
    const uint32_t count = begin_row(job, scan, y, turns);
    for (uint32_t x = 0; x < columns; x++) {
      if (job->restart_interval > 0 && left-- == 0) {
        if (!restart(job, scan, bits, restarts++)) return false;
        bits = bits_at(job->stretch);
        left = job->restart_interval - 1;
      }
      for (uint32_t i = 0; i < count; i++) {
        if (!block(job, scan, &bits, turns[i].number, turns[i].block)) return false;
        turns[i].block += turns[i].step;
      }
    }
    if (job->flows && !job->loops.show(job, y)) return false;
  }
  return is_used(job, bits) && scan->run == 0;
}

// One loop for each kind of block, with the block's part in it.
#define LOOP(kind)                                                                                  \
  static __attribute__((noinline)) bool kind##_blocks(struct job *job, struct scan *scan) {         \
    return decode_blocks(job, scan, kind);                                                          \
  }
LOOP(dc_first)
LOOP(dc_more)
LOOP(ac_first)
LOOP(ac_more)
LOOP(sequential)
LOOP(sequential_level)

// Whether nothing but means of blocks is shown.
static bool are_levels(const struct scan *scan) {
  for (uint32_t i = 0; i < scan->count; i++)
    if (scan->components[i]->side > 1) return false;
  return true;
}

bool NAME(scan)(struct job *job, const uint8_t *header, size_t length) {
  struct scan scan = {0};
  if (!read_header(job, &scan, header, length)) return false;
  if (!(job->is_progressive ? begin_progressive(&scan) : begin_sequential(&scan))) return false;
  job->has_scan = true;
  job->scans++;
  const uint64_t pixels = (uint64_t)job->width * job->height;
  if (pixels * job->scans > job->limits.scan_pixels) return false;
  for (uint32_t i = 0; i < scan.count; i++) scan.components[i]->dc = 0;
  const bool shows_more = scan.first == 0 || scan.components[0]->taken != 0;
  if (job->is_known && !shows_more) return skip_scan(job);
  if (!next_stretch(job)) return false;
  if (job->is_progressive) {
    if (scan.first == 0) return scan.high == 0 ? dc_first_blocks(job, &scan) : dc_more_blocks(job, &scan);
    return scan.high == 0 ? ac_first_blocks(job, &scan) : ac_more_blocks(job, &scan);
  }
  if (!are_levels(&scan)) return sequential_blocks(job, &scan);
  for (uint32_t i = 0; i < scan.count; i++) huffman_steps(scan.ac[i]);
  return sequential_level_blocks(job, &scan);
}
