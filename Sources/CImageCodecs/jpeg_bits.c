// Huffman tables as JPEG writes them: how many codes there are of each length, and their symbols in order.
#include "jpeg_bits.h"

int huffman_make(struct huffman *table, const uint8_t *counts, const uint8_t *symbols, size_t room) {
  int total = 0;
  for (int length = 1; length <= LONGEST_CODE; length++) total += counts[length - 1];
  if (total > 256 || (size_t)total > room) return -1;
  memset(table->fast, 0, sizeof table->fast);
  memset(table->symbols, 0, sizeof table->symbols);
  memcpy(table->symbols, symbols, (size_t)total);
  int32_t code = 0;
  int place = 0;
  for (int length = 1; length <= LONGEST_CODE; length++, code <<= 1) {
    table->offset[length] = place - code;
    for (int i = 0; i < counts[length - 1]; i++, code++, place++) {
      if (length > LOOK) continue;
      if (code >= 1 << length) return -1;
      const uint32_t symbol = table->symbols[place];
      const int size = symbol & 15, spare = LOOK - length;
      for (int rest = 0; rest < 1 << spare; rest++) {
        uint32_t entry = symbol << 8 | (uint32_t)length;
        if (size <= spare) {
          const int value = extended((uint32_t)rest >> (spare - size), size);
          entry = (uint32_t)value << 16 | symbol << 8 | 128 | (uint32_t)(length + size);
        }
        table->fast[code << spare | rest] = entry;
      }
    }
    if (counts[length - 1] > 0 && code >= 1 << length) return -1;  // all ones is no code
    // A length without codes has the limit of the one before, below every longer code.
    table->limit[length] = code << (16 - length);
  }
  table->total = total;
  return total;
}

void huffman_steps(struct huffman *table) {
  for (uint32_t window = 0; window < 1 << LOOK; window++) {
    uint32_t bits = 0, coefficients = 0, ended = 0;
    while (!ended && bits < LOOK) {
      const uint32_t entry = table->fast[window << bits & ((1 << LOOK) - 1)];
      const uint32_t symbol = entry >> 8 & 255;
      // Behind the window nothing is known: it stands for zeros, which must not decide.
      if (!(entry & 128) || bits + (entry & 127) > LOOK) break;
      bits += entry & 127;
      ended = (symbol & 15) == 0 && symbol >> 4 < 15;
      if (!ended) coefficients += (symbol >> 4) + 1;
    }
    table->steps[window] = (uint16_t)(coefficients << 8 | ended << 7 | bits);
  }
}
