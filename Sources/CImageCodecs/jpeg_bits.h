// Huffman-coded bits of a JPEG scan, and the tables to read them by.
#ifndef JPEG_BITS_H
#define JPEG_BITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// A code is looked up by its first bits; longer ones are searched for.
enum { LOOK = 10, LONGEST_CODE = 16 };

struct huffman {
  int total;  // symbols; 0 for a table that was not given
  // By the next LOOK bits: value << 16 | symbol << 8 | whole << 7 | bits taken. Where the number that follows the code
  // fits into these bits too, `whole` is set, the value is that number and its bits count; 0 is a longer code.
  uint32_t fast[1 << LOOK];
  // How far all the codes and numbers go that the next LOOK bits hold whole, for who wants none of them: coefficients << 8 |
  // ended << 7 | bits; 0 is a longer one. Made when it is asked for.
  uint16_t steps[1 << LOOK];
  int32_t limit[LONGEST_CODE + 1];   // one more than the last code of a length, made 16 bits long
  int32_t offset[LONGEST_CODE + 1];  // what makes a code of a length a place among the symbols
  uint8_t symbols[256];
};

// The bits of one stretch between markers, stuffing removed; more zeros follow than one block can take. Between blocks, and
// between the codes of one, LOOK of them are left, so that a code is looked up while the next bytes come in.
struct bits {
  const uint8_t *next;
  uint64_t word;  // the next `left` bits, at the top
  int left;
};

enum { PADDING = 1024 };

// At least 56 bits.
static inline void refill(struct bits *b) {
  uint64_t more;
  memcpy(&more, b->next, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  more = __builtin_bswap64(more);
#endif
  b->word |= more >> b->left;
  b->next += (63 - b->left) >> 3;
  b->left |= 56;
}

static inline struct bits bits_at(const uint8_t *bytes) {
  struct bits bits = {.next = bytes};
  refill(&bits);
  return bits;
}

static inline void drop(struct bits *b, int count) {
  b->word <<= count;
  b->left -= count;
}

// Takes `count` bits of those that are left, 0 to 63.
static inline uint64_t take_bits(struct bits *b, int count) {
  const uint64_t value = b->word >> 1 >> (63 - count);
  drop(b, count);
  return value;
}

// How far it is into `start`, in bits.
static inline size_t bits_taken(const struct bits *b, const uint8_t *start) {
  return (size_t)(b->next - start) * 8 - (size_t)b->left;
}

// The number of `size` bits that follows a code: those that begin with 0 are negative.
static inline int extended(uint32_t value, int size) {
  return size && value >> (size - 1) == 0 ? (int)value - (1 << size) + 1 : (int)value;
}

// The next symbol, of 16 bits or more that are left; -1 for a code that the table lacks.
static inline int next_symbol(const struct huffman *table, struct bits *b) {
  const uint32_t entry = table->fast[b->word >> (64 - LOOK)];
  const int symbol = entry >> 8 & 255;
  if (entry) {
    // The number is left to the caller.
    drop(b, (int)(entry & 127) - (entry & 128 ? symbol & 15 : 0));
    return symbol;
  }
  const int32_t code = (int32_t)(b->word >> 48);
  int length = LOOK + 1;
  while (length <= LONGEST_CODE && code >= table->limit[length]) length++;
  if (length > LONGEST_CODE) return -1;
  drop(b, length);
  return table->symbols[(code >> (16 - length)) + table->offset[length]];
}

// The next symbol and the number of `symbol & 15` bits behind it; -1 for a code that the table lacks. It takes LOOK bits that
// are left, and fills up while it looks: 56 bits less the code's and the number's are left.
static inline int next_number(const struct huffman *table, struct bits *b, int *number) {
  const uint32_t entry = table->fast[b->word >> (64 - LOOK)];
  refill(b);
  if (entry & 128) {
    drop(b, (int)(entry & 127));
    *number = (int32_t)entry >> 16;
    return entry >> 8 & 255;
  }
  const int symbol = next_symbol(table, b);
  if (symbol >= 0) *number = extended(take_bits(b, symbol & 15), symbol & 15);
  return symbol;
}

// Makes a table of a DHT segment's: 16 counts, then the symbols. Returns their number, or -1 for what is no code.
int huffman_make(struct huffman *table, const uint8_t *counts, const uint8_t *symbols, size_t room);

// Makes `steps`, of a table for AC coefficients.
void huffman_steps(struct huffman *table);

#endif
