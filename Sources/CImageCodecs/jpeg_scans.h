// A scan of a JPEG file: what its kind of scan says of each block, in the order of blocks. Part of jpeg_loops.h.
//
// Source: ITU-T T.81, A.2 and G.1.

// Each decodes one block of a component; `block` counts them as stored. They return false for what must not be.
typedef bool decode(struct job *, struct scan *, uint32_t number, size_t block);

// At a restart the counting begins anew.
static bool restart(struct job *job, struct scan *scan, uint32_t number) {
  if (!is_used(job) || scan->run > 0) return false;
  if (job->bytes[job->at + 1] != 0xd0 + (number & 7)) return false;
  job->at += 2;
  for (uint32_t i = 0; i < scan->count; i++) scan->components[i]->dc = 0;
  return next_stretch(job);
}

#define INLINE static inline __attribute__((always_inline))

// A component alone goes row by row over its own blocks; several go by MCUs.
INLINE bool decode_blocks(struct job *job, struct scan *scan, decode *block) {
  const bool alone = scan->count == 1;
  const uint32_t columns = alone ? scan->components[0]->columns : job->mcu_columns;
  const uint32_t rows = alone ? scan->components[0]->rows : job->mcu_rows;
  uint32_t left = job->restart_interval, restarts = 0;
  for (uint32_t y = 0; y < rows; y++) {
    for (uint32_t x = 0; x < columns; x++) {
      if (job->restart_interval > 0 && left-- == 0) {
        if (!restart(job, scan, restarts++)) return false;
        left = job->restart_interval - 1;
      }
      if (alone) {
        if (!block(job, scan, 0, (size_t)y * scan->components[0]->row_blocks + x)) return false;
        continue;
      }
      for (uint32_t i = 0; i < scan->count; i++) {
        const struct component *component = scan->components[i];
        const size_t first_row = (size_t)y * component->down;
        for (uint32_t v = 0; v < component->down; v++)
          for (uint32_t h = 0; h < component->across; h++)
            if (!block(job, scan, i,
                       (first_row + v) * component->row_blocks + (size_t)x * component->across + h))
              return false;
      }
    }
  }
  return is_used(job) && scan->run == 0;
}

bool NAME(scan)(struct job *job, const uint8_t *header, size_t length) {
  struct scan scan = {0};
  if (!read_header(job, &scan, header, length) || !begin_scan(&scan)) return false;
  job->has_scan = true;
  job->scans++;
  const uint64_t pixels = (uint64_t)job->width * job->height;
  if (pixels * job->scans > job->limits.scan_pixels) return false;
  for (uint32_t i = 0; i < scan.count; i++) scan.components[i]->dc = 0;
  if (!next_stretch(job)) return false;
  if (scan.first == 0) return decode_blocks(job, &scan, scan.high == 0 ? dc_first : dc_more);
  return scan.high == 0 ? decode_blocks(job, &scan, ac_first) : decode_blocks(job, &scan, ac_more);
}
