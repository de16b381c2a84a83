// JPEG that comes smaller out of its transform, decoded faster than libjpeg does.
//
// It takes what nearly every file is: sequential or progressive, 8 bits, Huffman codes, grey or YCbCr with usual sampling, and
// no flaw. Everything else it declines, and libjpeg has the word.
#ifndef JPEG_REDUCED_H
#define JPEG_REDUCED_H

#include "CImageCodecs.h"
#include "jpeg_bits.h"

struct job;

// One variant.
struct loops {
  // Decodes the scan whose header begins at `header`, of `length` bytes; the file is read from behind it to the next
  // marker. False: declined.
  bool (*scan)(struct job *, const uint8_t *header, size_t length);
  // Makes the pixels of one row of MCUs. False for coefficients that are too large.
  bool (*show)(struct job *, uint32_t mcu_row);
};

struct component {
  uint8_t name, across, down;   // its identifier, and its sampling
  uint8_t quant_table;
  uint32_t columns, rows;       // blocks that show something
  uint32_t row_blocks;          // blocks a row as stored: a whole number of MCUs
  uint32_t side;                // what its blocks become, `side` x `side` samples
  // Where a coefficient is kept, by its place in the file's order; those that the transform leaves out share a place.
  uint8_t place[64];
  // By where it is kept: which bit of a word in the file's order is its own, as a byte of the word and what to look for in it.
  uint16_t lane_byte[64], lane_bit[64];
  uint64_t taken;               // those that the transform takes, by the file's order
  uint32_t stride;              // places a block
  int32_t level_quant;          // of the DC coefficient
  int16_t quant[64];            // of the others, by place; 0 where there is none
  int16_t *levels;              // the DC coefficients, one a block
  int16_t *coefficients;        // the others, `stride` a block; their first place stays empty
  uint64_t *present;            // which of a block's AC coefficients are not 0, by their places in the file's order
  int8_t accuracy[64];          // how many low bits are missing so far; -1 before the first
  int dc;                       // the last one
};

struct job {
  struct loops loops;
  const uint8_t *bytes;
  size_t count, at;
  struct ic_limits limits;
  uint32_t width, height, scale;
  bool is_known;                // somebody has decoded this file before, and found no flaw
  bool has_frame, has_scan, jfif, is_progressive;
  bool flows;                   // one scan has it all: a row of MCUs is shown as soon as it is decoded, and only one is kept
  int adobe;                    // its transform, or -1
  uint32_t restart_interval, scans;
  struct huffman *tables;       // four for DC, four for AC
  uint16_t quant[4][64];        // in the file's order
  bool has_quant[4];
  uint32_t component_count, most_across, most_down;
  struct component components[3];
  uint32_t mcu_columns, mcu_rows;
  void *memory;                 // of all coefficients
  size_t memory_bytes;
  uint8_t *stretch;             // the bits between two markers
  size_t stretch_bytes;
  uint8_t *planes[3];           // the samples of one row of MCUs
  uint8_t *upsampled[2];
  uint8_t *pixels;
};

// In jpeg_scans.h and jpeg_show.h.
bool plain_scan(struct job *, const uint8_t *, size_t), plain_show(struct job *, uint32_t);
bool avx2_scan(struct job *, const uint8_t *, size_t), avx2_show(struct job *, uint32_t);

#endif
