// Scans that bring coefficients for the first time: the only one of a sequential JPEG file, and of a progressive one those
// of DC and of a band of AC. Part of jpeg_loops.h.
//
// Source: ITU-T T.81, F.2.2 and G.1.2.

INLINE bool decode_dc(struct bits *bits, const struct huffman *table, struct component *component) {
  int value;
  const int size = next_number(table, bits, &value);
  if (size < 0 || size > 11) return false;
  component->dc += value;
  return component->dc >= -16384 && component->dc < 16384;
}

INLINE bool dc_first(struct job *job, struct scan *scan, struct bits *bits, uint32_t number, size_t block) {
  struct component *component = scan->components[number];
  if (!decode_dc(bits, scan->dc[number], component)) return false;
  component->levels[block] = (int16_t)((unsigned)component->dc << scan->low);
  return is_within(job, bits);
}

INLINE bool ac_first(struct job *job, struct scan *scan, struct bits *bits, uint32_t number, size_t block) {
  (void)number;
  if (scan->run > 0) {
    scan->run--;
    return true;
  }
  struct component *component = scan->components[0];
  int16_t *coefficients = component->coefficients + block * component->stride;
  const struct huffman *table = scan->ac[0];
  uint64_t present = component->present[block];
  for (uint32_t k = scan->first; k <= scan->last; k++) {
    int value;
    const int symbol = next_number(table, bits, &value);
    if (symbol < 0) return false;
    const uint32_t zeros = (uint32_t)symbol >> 4;
    if ((symbol & 15) == 0) {
      if (zeros == 15) {
        k += 15;
        continue;
      }
      scan->run = (1u << zeros) - 1 + take_bits(bits, (int)zeros);
      break;
    }
    k += zeros;
    if (k > scan->last || (symbol & 15) + scan->low > 14) return false;
    coefficients[component->place[k]] = (int16_t)(value * (1 << scan->low));
    present |= (uint64_t)1 << k;
  }
  component->present[block] = present;
  return is_within(job, bits);
}

// All of a block. A coefficient is one look into a table, as long as its code and its bits are short.
INLINE bool sequential(struct job *job, struct scan *scan, struct bits *bits, uint32_t number, size_t block) {
  struct component *component = scan->components[number];
  int16_t *coefficients = component->coefficients + block * component->stride;
  const struct huffman *table = scan->ac[number];
  if (!decode_dc(bits, scan->dc[number], component)) return false;
  component->levels[block] = (int16_t)component->dc;
  memset(coefficients, 0, component->stride * sizeof *coefficients);
  uint64_t present = 0;
  for (uint32_t k = 1; k < 64; k++) {
    int value;
    const int symbol = next_number(table, bits, &value);
    if (symbol < 0) return false;
    k += (uint32_t)symbol >> 4;
    if (value == 0) {
      if (symbol >> 4 < 15) break;
      continue;
    }
    if (k > 63) return false;
    coefficients[component->place[k]] = (int16_t)value;
    present |= (uint64_t)1 << k;
  }
  component->present[block] = present;
  return is_within(job, bits);
}

// All of a block of which nothing but the DC coefficient is shown: the others are stepped over, several at a time.
INLINE bool sequential_level(struct job *job, struct scan *scan, struct bits *bits, uint32_t number, size_t block) {
  struct component *component = scan->components[number];
  const struct huffman *table = scan->ac[number];
  if (!decode_dc(bits, scan->dc[number], component)) return false;
  component->levels[block] = (int16_t)component->dc;
  uint32_t k = 1;
  while (k < 64) {
    const uint32_t steps = table->steps[bits->word >> (64 - LOOK)], after = k + (steps >> 8);
    refill(bits);
    if (steps && after < 64) {
      drop(bits, (int)(steps & 127));
      if (steps & 128) break;
      k = after;
      continue;
    }
    const int symbol = next_symbol(table, bits);
    if (symbol < 0) return false;
    drop(bits, symbol & 15);
    k += (uint32_t)symbol >> 4;
    if ((symbol & 15) == 0 && symbol >> 4 < 15) break;
    if ((symbol & 15) > 0 && k > 63) return false;
    k++;
  }
  return is_within(job, bits);
}
