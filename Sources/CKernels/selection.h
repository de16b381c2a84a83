// The nearest of many: what can be among the k largest of a long row of similarities, and exact products of those that
// can. Part of body.h, compiled once a variant; every variant gives the same bits.

typedef bool M __attribute__((ext_vector_type(16)));
typedef double D __attribute__((ext_vector_type(16)));

// A float as an integer that sorts alike; -0 becomes 0.
INLINE int32_t sortable(float value) {
  int32_t bits;
  value += 0.0f;
  memcpy(&bits, &value, sizeof bits);
  return bits ^ (bits >> 31 & INT32_MAX);
}
INLINE float unsorted(int32_t key) {
  float value;
  key ^= key >> 31 & INT32_MAX;
  memcpy(&value, &key, sizeof value);
  return value;
}

INLINE ptrdiff_t count_from(const int32_t *keys, ptrdiff_t count, int32_t least) {
  I sum = 0;
  for (ptrdiff_t i = 0; i < count; i += 16) sum -= *(const UI *)(keys + i) >= (I)least;
  return __builtin_reduce_add(sum);
}

// The k-th largest of more than k keys: a search for the value, not an order, so that nothing is moved and nearly
// nothing branches. Sixteen places behind the last key are free; they are filled with the least value there is.
static int32_t NAME(kth)(int32_t *keys, ptrdiff_t count, ptrdiff_t k) {
  const I lowest = (I)INT32_MIN;
  *(UI *)(keys + count) = lowest;
  I low16 = -1 - lowest, high16 = lowest;
  for (ptrdiff_t i = 0; i < count; i += 16) high16 = __builtin_elementwise_max(high16, (I) * (const UI *)(keys + i));
  for (ptrdiff_t i = 0; i + 16 <= count; i += 16)
    low16 = __builtin_elementwise_min(low16, (I) * (const UI *)(keys + i));
  int64_t low = __builtin_reduce_min(low16), high = (int64_t)__builtin_reduce_max(high16) + 1;
  for (ptrdiff_t i = count & ~(ptrdiff_t)15; i < count; i++) low = keys[i] < low ? keys[i] : low;
  // At least k keys are `low` or more, fewer than k are `high` or more.
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    const ptrdiff_t above = count_from(keys, count, (int32_t)middle);
    if (above >= k) low = middle;
    else high = middle;
    if (above == k) break;
  }
  I least = -1 - lowest;  // of those from `low` on, none of which is above the k-th when there are k of them
  for (ptrdiff_t i = 0; i < count; i += 16) {
    const I key = *(const UI *)(keys + i);
    least = __builtin_elementwise_min(least, key >= (I)(int32_t)low ? key : -1 - lowest);
  }
  return __builtin_reduce_min(least);
}

// Keeps the keys above `least` and the first `equals` of those that are equal to it, in their order.
static void NAME(keep)(ck_candidates *c, int32_t least, ptrdiff_t equals) {
  ptrdiff_t kept = 0;
  for (ptrdiff_t i = 0; i < c->count; i++) {
    const int32_t key = c->keys[i];
    const uint32_t row = c->rows[i];
    const bool equal = key == least;
    c->keys[kept] = key;
    c->rows[kept] = row;
    kept += key > least || (equal && equals > 0);
    equals -= equal;
  }
  c->count = kept;
}

void NAME(prune)(const ck_selection *rule, ck_candidates *c, float *limit) {
  if (c->count <= rule->k) return;
  const float wanted = unsorted(NAME(kth)(c->keys, c->count, rule->k)) - rule->margin;
  NAME(keep)(c, sortable(wanted), PTRDIFF_MAX);
  if (wanted > *limit) *limit = wanted;
  if (c->count > rule->most) {
    const int32_t last = NAME(kth)(c->keys, c->count, rule->most);
    const ptrdiff_t above = last == INT32_MAX ? 0 : count_from(c->keys, c->count, last + 1);
    NAME(keep)(c, last, rule->most - above);
    *limit = unsorted(last + 1);  // what equals the last comes too late
  }
  // Whoever keeps many within the margin is asked less often.
  c->full = c->full > 2 * c->count ? c->full : 2 * c->count;
  if (c->full > rule->room - 32) c->full = rule->room - 32;
}

void NAME(select)(const int32_t *products, ptrdiff_t queries, ptrdiff_t columns, const float *query_steps,
                  const float *row_steps, const float *row_shifts, uint32_t first, const ck_selection *rule,
                  ck_candidates *candidates, float *limits) {
#pragma clang fp contract(off)
  const ptrdiff_t step = (columns + 15) / 16 * 16;
  for (ptrdiff_t query = 0; query < queries; query++, products += step) {
    for (ptrdiff_t at = 0; at < columns; at += 16) {
      const ptrdiff_t left = columns - at;
      const V unit = *(const U *)(row_steps + at) * query_steps[query];
      const V s = __builtin_convertvector((I) * (const UI *)(products + at), V) * unit + *(const U *)(row_shifts + at);
      const M passes = __builtin_convertvector(s >= (V)limits[query], M);
      uint16_t bits;
      memcpy(&bits, &passes, sizeof bits);
      if (left < 16) bits &= (1u << left) - 1;
      if (__builtin_expect(!bits, 1)) continue;
      ck_candidates *c = candidates + query;
      for (; bits; bits &= bits - 1) {
        const int lane = __builtin_ctz(bits);
        const uint32_t row = first + (uint32_t)at + lane;
        if (row == c->except) continue;
        c->keys[c->count] = sortable(s[lane]);
        c->rows[c->count++] = row;
      }
      if (c->count >= c->full) NAME(prune)(rule, c, limits + query);
    }
  }
}

// A product of two floats is exact in double precision, so that fused multiply-adds change nothing.
INLINE double dot(const float *a, const float *b, ptrdiff_t n) {
  D s[2] = {0, 0};
  ptrdiff_t i = 0;
  for (; i + 32 <= n; i += 32)
    UNROLL for (int j = 0; j < 2; j++)
      s[j] += __builtin_convertvector(*(const U *)(a + i + 16 * j), D) *
              __builtin_convertvector(*(const U *)(b + i + 16 * j), D);
  for (; i < n; i += 16)
    s[0] += __builtin_convertvector(load(a + i, n - i), D) * __builtin_convertvector(load(b + i, n - i), D);
  const D sum = s[0] + s[1];
  double parts[16];
  memcpy(parts, &sum, sizeof parts);
  UNROLL for (int half = 8; half; half /= 2)
    UNROLL for (int j = 0; j < half; j++) parts[j] += parts[j + half];
  return parts[0];
}

void NAME(dots)(const float *query, const float *bank, ptrdiff_t dimension, const uint32_t *rows, ptrdiff_t count,
                double *products) {
  for (ptrdiff_t i = 0; i < count; i++) {
    if (i + 1 < count) {
      const char *next = (const char *)(bank + rows[i + 1] * dimension);
      for (ptrdiff_t at = 0; at < dimension * (ptrdiff_t)sizeof(float); at += 64) __builtin_prefetch(next + at);
    }
    products[i] = dot(query, bank + rows[i] * dimension, dimension);
  }
}
