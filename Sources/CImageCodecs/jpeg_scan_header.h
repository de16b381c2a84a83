// What a scan of a JPEG file says about itself: its components, their tables, and in a progressive file the band of
// coefficients and the bit of them. Part of jpeg_loops.h.
//
// Source: ITU-T T.81, B.2.3 and G.1.1.1.

struct scan {
  struct component *components[3];
  struct huffman *dc[3], *ac[3];
  uint32_t count, first, last, high, low;
  uint32_t run;  // blocks that have nothing more in this band
};

// Every coefficient of components that no scan had before.
static bool begin_sequential(struct scan *scan) {
  if (scan->first != 0 || scan->last != 63 || scan->high != 0 || scan->low != 0) return false;
  for (uint32_t i = 0; i < scan->count; i++) {
    struct component *component = scan->components[i];
    if (component->accuracy[0] >= 0) return false;
    memset(component->accuracy, 0, sizeof component->accuracy);
  }
  return true;
}

// What libjpeg would warn about or refuse, and which bits are then known.
static bool begin_progressive(struct scan *scan) {
  if (scan->last > 63 || scan->first > scan->last || scan->low > 13) return false;
  if (scan->first == 0 ? scan->last != 0 : scan->count != 1) return false;
  if (scan->high != 0 && scan->low + 1 != scan->high) return false;
  for (uint32_t i = 0; i < scan->count; i++) {
    int8_t *accuracy = scan->components[i]->accuracy;
    if (scan->first > 0 && accuracy[0] < 0) return false;
    for (uint32_t k = scan->first; k <= scan->last; k++) {
      if ((scan->high == 0) != (accuracy[k] < 0) || (scan->high != 0 && accuracy[k] != (int)scan->high)) return false;
      accuracy[k] = (int8_t)scan->low;
    }
  }
  return true;
}

static bool read_header(struct job *job, struct scan *scan, const uint8_t *header, size_t length) {
  if (length < 1 || header[0] < 1 || header[0] > 3 || length != 4 + 2 * (size_t)header[0]) return false;
  scan->count = header[0];
  uint32_t next = 0;
  const uint8_t *rest = header + 1 + 2 * scan->count;
  scan->first = rest[0];
  scan->last = rest[1];
  scan->high = rest[2] >> 4;
  scan->low = rest[2] & 15;
  for (uint32_t i = 0; i < scan->count; i++, next++) {
    const uint8_t *entry = header + 1 + 2 * i;
    // In the frame's order.
    while (next < job->component_count && job->components[next].name != entry[0]) next++;
    if (next == job->component_count || entry[1] >> 4 > 3 || (entry[1] & 15) > 3) return false;
    scan->components[i] = &job->components[next];
    scan->dc[i] = job->tables + (entry[1] >> 4);
    scan->ac[i] = job->tables + 4 + (entry[1] & 15);
    if (scan->first == 0 && scan->high == 0) {
      if (scan->dc[i]->total == 0) return false;
      for (int s = 0; s < scan->dc[i]->total; s++)
        if (scan->dc[i]->symbols[s] > 15) return false;
    }
    if (scan->last > 0 && scan->ac[i]->total == 0) return false;
  }
  return true;
}
