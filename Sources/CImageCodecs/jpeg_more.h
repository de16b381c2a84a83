// The scans of a progressive JPEG file that bring one more bit of coefficients known already. Part of jpeg_loops.h.
// BIT_FIELDS says that the processor has BMI2 and AVX2.
//
// Most of a file's bits are in these, which libjpeg follows coefficient by coefficient. Here a block's coefficients that are
// not 0 are bits of a word: how many lie on the way to a place is the way less the zeros on it, what they are to become is
// taken out of the file for all of them at once, and all of them change together.
//
// Source: ITU-T T.81, G.1.2.3.

// The bits at the bottom of a word, the last of them at the highest of the places `which`, the one before at the next
// lower, ...
static inline uint64_t spread(uint64_t word, uint64_t which) {
#ifdef BIT_FIELDS
  const uint64_t first = __builtin_bitreverse64(word) >> ((64 - __builtin_popcountll(which)) & 63);
  return _pdep_u64(first, which);
#else
  uint64_t result = 0;
  for (; which; word >>= 1) {
    const uint64_t highest = (uint64_t)1 << (63 - __builtin_clzll(which));
    if (word & 1) result |= highest;
    which ^= highest;
  }
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

INLINE bool dc_more(struct job *job, struct scan *scan, struct bits *bits, uint32_t number, size_t block) {
  struct component *component = scan->components[number];
  refill(bits);
  component->levels[block] |= (int16_t)(take_bits(bits, 1) << scan->low);
  return is_within(job, bits);
}

// The coefficients from one up to another, the latter left out.
static inline uint64_t between(uint32_t from, uint32_t to) {
  return (to > 63 ? ~(uint64_t)0 : ((uint64_t)1 << to) - 1) & ~(uint64_t)0 << from;
}

// Takes so many bits, at most 64, of those prepared or behind them.
static inline uint64_t take_many(struct bits *bits, uint32_t count) {
  if (count > 24) {
    const uint64_t first = take_bits(bits, 24);
    refill(bits);
    return first << (count - 24) | take_bits(bits, (int)count - 24);
  }
  return take_bits(bits, (int)count);
}

// Makes the coefficients `which` of a block farther from 0 by `step`; those that are 0 so far become negative if
// `negative` says so.
static inline void grow(const struct component *component, int16_t *coefficients, uint64_t which, uint64_t negative,
                        int step) {
#ifdef BIT_FIELDS
  // Sixteen at a time: each lane looks at its own bit.
  const __m256i all = _mm256_set1_epi64x((long long)which), below_zero = _mm256_set1_epi64x((long long)negative);
  const __m256i steps = _mm256_set1_epi16((int16_t)step), zero = _mm256_setzero_si256();
  for (uint32_t i = 0; i < component->stride; i += 16) {
    __m256i *at = (__m256i *)(void *)(coefficients + i);
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(component->lane_byte + i));
    const __m256i bits = _mm256_loadu_si256((const __m256i *)(const void *)(component->lane_bit + i));
    const __m256i before = _mm256_loadu_si256(at);
    const __m256i grows = _mm256_cmpeq_epi16(_mm256_and_si256(_mm256_shuffle_epi8(all, bytes), bits), bits);
    const __m256i below = _mm256_cmpeq_epi16(_mm256_and_si256(_mm256_shuffle_epi8(below_zero, bytes), bits), bits);
    const __m256i sign = _mm256_or_si256(below, _mm256_cmpgt_epi16(zero, before));
    const __m256i change = _mm256_sub_epi16(_mm256_xor_si256(steps, sign), sign);
    _mm256_storeu_si256(at, _mm256_add_epi16(before, _mm256_and_si256(change, grows)));
  }
#else
  for (uint64_t left = which & component->taken; left; left &= left - 1) {
    int16_t *coefficient = coefficients + component->place[__builtin_ctzll(left)];
    const bool is_negative = *coefficient < 0 || (negative & left & -left);
    *coefficient = (int16_t)(*coefficient + (is_negative ? -step : step));
  }
#endif
}

INLINE bool ac_more(struct job *job, struct scan *scan, struct bits *bits, uint32_t number, size_t block) {
  (void)number;
  struct component *component = scan->components[0];
  const uint64_t known = component->present[block], band = between(scan->first, scan->last + 1);
  if (scan->run > 0 && (known & band) == 0) {
    scan->run--;
    return true;
  }
  // What the block's bits say: a bit for each known coefficient, the last at the bottom, and by places which new ones
  // there are, and their signs.
  uint64_t more = 0, fresh = 0, negative = 0;
  uint32_t k = scan->first;
  while (scan->run == 0 && k <= scan->last) {
    int value;
    const int symbol = next_number(scan->ac[0], bits, &value);
    if (symbol < 0) return false;
    const uint32_t zeros = (uint32_t)symbol >> 4;
    if ((symbol & 15) > 1) return false;
    if (value == 0 && zeros < 15) {
      scan->run = (1u << zeros) + take_bits(bits, (int)zeros);
      break;
    }
    // The place behind so many that are 0 so far; those on the way that are not each have a bit.
    uint32_t way = place_of((~known & band) >> k, zeros), met = way - zeros;
    if (way == 64) {
      if (value) return false;
      way = scan->last + 1 - k;
      met = (uint32_t)__builtin_popcountll((known & band) >> k);
    }
    more = more << met | take_many(bits, met);
    fresh |= (uint64_t)(value & 1) << ((k + way) & 63);
    negative |= (uint64_t)(value < 0) << ((k + way) & 63);
    k += way + 1;
  }
  if (scan->run > 0) {
    if (k <= scan->last) {
      const uint32_t met = (uint32_t)__builtin_popcountll((known & band) >> k);
      refill(bits);
      more = more << met | take_many(bits, met);
    }
    scan->run--;
  }
  if (!is_within(job, bits)) return false;
  component->present[block] = known | fresh;
  if (component->taken == 0) return true;
  const uint64_t grown = spread(more, known & band);
  if (grown | fresh) {
    int16_t *coefficients = component->coefficients + block * component->stride;
    grow(component, coefficients, grown | fresh, negative, 1 << scan->low);
  }
  return true;
}
