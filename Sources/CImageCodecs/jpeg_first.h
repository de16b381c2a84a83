// The scans of a progressive JPEG file that bring coefficients for the first time. Part of jpeg_loops.h.
//
// Source: ITU-T T.81, G.1.2.

static inline bool decode_dc(struct bits *bits, const struct huffman *table, struct component *component) {
  prepare(bits);
  const uint32_t entry = table->fast[bits->word >> (64 - LOOK)];
  int size, value;
  if (entry & 128) {
    drop(bits, (int)(entry & 127));
    size = entry >> 8 & 255;
    value = (int32_t)entry >> 16;
  } else {
    size = next_symbol(table, bits);
    if (size < 0 || size > 11) return false;
    value = extended(take_bits(bits, size), size);
  }
  component->dc += value;
  return size <= 11 && component->dc >= -16384 && component->dc < 16384;
}

static bool dc_first(struct job *job, struct scan *scan, uint32_t number, size_t block) {
  struct component *component = scan->components[number];
  struct bits bits = job->bits;
  if (!decode_dc(&bits, scan->dc[number], component)) return false;
  job->bits = bits;
  component->coefficients[block * component->stride] = (int16_t)((unsigned)component->dc << scan->low);
  return is_within(job);
}

static bool ac_first(struct job *job, struct scan *scan, uint32_t number, size_t block) {
  (void)number;
  if (scan->run > 0) {
    scan->run--;
    return true;
  }
  struct component *component = scan->components[0];
  int16_t *coefficients = component->coefficients + block * component->stride;
  const struct huffman *table = scan->ac[0];
  struct bits bits = job->bits;
  uint64_t present = component->present[block];
  for (uint32_t k = scan->first; k <= scan->last; k++) {
    refill(&bits);
    const uint32_t entry = table->fast[bits.word >> (64 - LOOK)];
    uint32_t symbol;
    int value;
    if (entry & 128) {
      drop(&bits, (int)(entry & 127));
      symbol = entry >> 8 & 255;
      value = (int32_t)entry >> 16;
    } else {
      const int found = next_symbol(table, &bits);
      if (found < 0) return false;
      symbol = (uint32_t)found;
      value = extended(take_bits(&bits, found & 15), found & 15);
    }
    const uint32_t zeros = symbol >> 4;
    if ((symbol & 15) == 0) {
      if (zeros == 15) {
        k += 15;
        continue;
      }
      prepare(&bits);
      scan->run = (1u << zeros) - 1 + take_bits(&bits, (int)zeros);
      break;
    }
    k += zeros;
    if (k > scan->last || (symbol & 15) + scan->low > 14) return false;
    coefficients[component->place[k]] = (int16_t)(value * (1 << scan->low));
    present |= (uint64_t)1 << k;
  }
  job->bits = bits;
  component->present[block] = present;
  return is_within(job);
}
