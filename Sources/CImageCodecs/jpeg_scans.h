// The scans of a progressive JPEG file: each brings some coefficients of every block, or one more bit of them. Part of
// jpeg_loops.h. BIT_FIELDS says that the processor has BMI2.
//
// Most of a file's bits are in scans of the latter kind, which libjpeg follows coefficient by coefficient. Here a block's
// coefficients that are not 0 are bits of a word: how many lie on the way to a place is a count of bits, and what they
// are to become is taken out of the file for all of them at once.
//
// Source: ITU-T T.81, G.1 and G.2.

// Copies what lies up to the next marker, and takes out the zero that follows every byte of ones.
static bool next_stretch(struct job *job) {
  const uint8_t *from = job->bytes + job->at, *end = job->bytes + job->count;
  uint8_t *to = job->stretch;
  while (true) {
    const uint8_t *ones = memchr(from, 0xff, (size_t)(end - from));
    if (!ones || end - ones < 2) return false;  // the file ends without a marker
    const size_t count = (size_t)(ones - from);
    memcpy(to, from, count);
    to += count;
    from = ones;
    if (ones[1] != 0) break;
    *to++ = 0xff;
    from += 2;
  }
  job->at = (size_t)(from - job->bytes);
  job->stretch_bytes = (size_t)(to - job->stretch);
  memset(to, 0, PADDING);
  job->bits = bits_at(job->stretch);
  return true;
}

// Whether the bits so far were there: libjpeg makes up those that were not, and warns.
static bool is_within(const struct job *job) {
  return bits_taken(&job->bits, job->stretch) <= 8 * job->stretch_bytes;
}

// Whether all bytes were used.
static bool is_used(const struct job *job) {
  const size_t taken = bits_taken(&job->bits, job->stretch), given = 8 * job->stretch_bytes;
  return taken <= given && given - taken < 8;
}

// The bits at the top of a word, the first of them at the lowest of the places `which`, the next at the next, ...
static inline uint64_t spread(uint64_t word, uint64_t which) {
#ifdef BIT_FIELDS
  return _pdep_u64(__builtin_bitreverse64(word), which);
#else
  uint64_t result = 0;
  for (; which; which &= which - 1, word <<= 1)
    if (word >> 63) result |= which & -which;
  return result;
#endif
}

// The place of the bit that has so many others of `set` below it; 64 if there is none.
static inline uint32_t place_of(uint64_t set, uint32_t others) {
#ifdef BIT_FIELDS
  return (uint32_t)_tzcnt_u64(_pdep_u64((uint64_t)1 << others, set));
#else
  for (; others > 0; others--) set &= set - 1;
  return set ? (uint32_t)__builtin_ctzll(set) : 64;
#endif
}

// Each decodes one block of a component; `block` counts them as stored. They return false for what must not be.
typedef bool decode(struct job *, struct scan *, uint32_t number, size_t block);

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

static bool dc_more(struct job *job, struct scan *scan, uint32_t number, size_t block) {
  struct component *component = scan->components[number];
  prepare(&job->bits);
  component->coefficients[block * component->stride] |= (int16_t)(take_bits(&job->bits, 1) << scan->low);
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
    prepare(&bits);
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

// The coefficients from one up to another, the latter left out.
static inline uint64_t between(uint32_t from, uint32_t to) {
  return (to > 63 ? ~(uint64_t)0 : ((uint64_t)1 << to) - 1) & ~(uint64_t)0 << from;
}

// Reads one more bit for each of the coefficients `which`, and returns those whose bit is 1.
static inline uint64_t more_bits(struct bits *bits, uint64_t which) {
  const int count = __builtin_popcountll(which);
  if (count > 32) {
    refill(bits);
    const uint64_t low = spread(bits->word, which & UINT32_MAX);
    drop(bits, __builtin_popcountll(which & UINT32_MAX));
    refill(bits);
    const uint64_t high = spread(bits->word, which & ~(uint64_t)UINT32_MAX);
    drop(bits, __builtin_popcountll(which & ~(uint64_t)UINT32_MAX));
    return low | high;
  }
  if (bits->left < count) refill(bits);
  const uint64_t ones = spread(bits->word, which);
  drop(bits, count);
  return ones;
}

static bool ac_more(struct job *job, struct scan *scan, uint32_t number, size_t block) {
  (void)number;
  struct component *component = scan->components[0];
  const uint64_t known = component->present[block], band = between(scan->first, scan->last + 1);
  if (scan->run > 0 && (known & band) == 0) {
    scan->run--;
    return true;
  }
  struct bits bits = job->bits;
  // What the block's bits say, by places: which known coefficients grow, which new ones there are, and their signs.
  uint64_t grown = 0, fresh = 0, negative = 0;
  uint32_t k = scan->first;
  while (scan->run == 0 && k <= scan->last) {
    prepare(&bits);
    const uint32_t entry = scan->ac[0]->fast[bits.word >> (64 - LOOK)];
    int symbol = entry >> 8 & 255, value = (int32_t)entry >> 16;
    if (entry & 128) {
      drop(&bits, (int)(entry & 127));
    } else {
      symbol = next_symbol(scan->ac[0], &bits);
      if (symbol < 0) return false;
      value = extended(take_bits(&bits, symbol & 15), symbol & 15);
    }
    const uint32_t zeros = (uint32_t)symbol >> 4;
    if ((symbol & 15) > 1) return false;
    if (value == 0 && zeros < 15) {
      scan->run = (1u << zeros) + take_bits(&bits, (int)zeros);
      break;
    }
    // The place behind so many that are 0 so far; those on the way that are not each have a bit.
    uint32_t place = place_of(~known & between(k, scan->last + 1), zeros);
    if (place == 64) {
      if (value) return false;
      place = scan->last + 1;
    }
    grown |= more_bits(&bits, known & between(k, place));
    fresh |= (uint64_t)(value & 1) << (place & 63);
    negative |= (uint64_t)(value < 0) << (place & 63);
    k = place + 1;
  }
  if (scan->run > 0) {
    if (k <= scan->last) grown |= more_bits(&bits, known & between(k, scan->last + 1));
    scan->run--;
  }
  job->bits = bits;
  component->present[block] = known | fresh;
  int16_t *coefficients = component->coefficients + block * component->stride;
  const int step = 1 << scan->low;
  for (uint64_t left = (grown | fresh) & component->taken; left; left &= left - 1) {
    int16_t *coefficient = coefficients + component->place[__builtin_ctzll(left)];
    // New ones are 0 and get their sign, the others keep theirs.
    const bool is_negative = *coefficient < 0 || (negative & left & -left);
    *coefficient = (int16_t)(*coefficient + (is_negative ? -step : step));
  }
  return is_within(job);
}

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
