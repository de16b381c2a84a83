// PNG and JPEG between memory, or an open file, and rows of 8-bit RGB: no globals, no allocation that outlives a call. With
// libvips other formats are read too.
//
// The caller owns every buffer. A call returns a status and leaves the library's own words in the report; a
// library's error jumps are caught here and never cross into the caller.
#ifndef C_IMAGE_CODECS_H
#define C_IMAGE_CODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ic_status {
  IC_OK,
  IC_CORRUPT,     // the bytes are not what the format allows, or end too early
  IC_TOO_COSTLY,  // the bytes ask for more memory or time than the limits allow
  IC_UNREADABLE,  // reading the file failed; the report has the error number
};

// What a call has to say. Filled in by every call that takes one.
struct ic_report {
  int warnings;       // how often the library complained without giving up
  int failure;        // for IC_UNREADABLE: a number from errno.h
  char message[200];  // the error, or else the first warning; UTF-8 or ASCII, ends with a zero
};

enum ic_colour { IC_GREY, IC_COLOUR, IC_PALETTE, IC_INKS };

// The formats that libvips reads.
enum ic_format { IC_WEBP, IC_TIFF, IC_GIF, IC_JXL, IC_HEIF };

// What a file says about itself before any pixel is decoded, and how far it has been read. All zeros at first.
struct ic_header {
  uint32_t width, height;           // both at least 1 once the header is read
  size_t exif_offset, exif_length;  // the EXIF block (it starts with "II" or "MM"); length 0 when there is none
  enum ic_colour colour;            // what the samples stand for; IC_INKS is CMYK or YCCK
  int depth;                        // bits a sample, or a palette's index
  bool has_transparency;            // an alpha channel, or a transparent colour or palette entry
  bool is_animated;                 // further pictures follow the one that is decoded (APNG)
  size_t next;                      // the offset of the first segment or chunk that has not been read
  size_t data_end;                  // PNG: the end of the last IDAT chunk so far
  size_t data_bytes;                // PNG: the bytes in all IDAT chunks so far
  size_t other_bytes, other_most;   // PNG: the bytes in all other chunks so far, and in the largest of them
  size_t coefficient_bytes;         // the memory that decoding takes beside the pixels; JPEG: when there are several scans
  int components;                   // JPEG
  size_t all_coefficient_bytes;     // JPEG: the same if there are several scans
  int orientation;                  // libvips: the EXIF orientation; 0 when the file does not say
  bool is_complete;                 // nothing that follows can change any of this
};

// What decoding may cost. It grows with the largest picture that the caller wants, not with what a file claims.
struct ic_limits {
  size_t coefficient_bytes;  // memory for a JPEG of several scans
  uint64_t scan_pixels;      // pixels times scans of a JPEG of several scans
};

// What a file may hold besides its pixels: the bytes of one PNG chunk, of all of them, and before a JPEG's first scan.
enum { IC_MOST_IN_CHUNK = 1 << 26, IC_MOST_IN_CHUNKS = 1 << 28, IC_MOST_BEFORE_SCAN = 1 << 26 };

// In all that follows `bytes` is the beginning of a file, and `file` the open file, or -1 where that is all of it. The
// file's position is neither used nor changed.

// Read the header as far as the bytes go. Given more bytes of the same file and the same header, go on from `next`.
enum ic_status ic_png_read_header(const uint8_t *bytes, size_t count, int file, struct ic_header *header,
                                  struct ic_report *report);
enum ic_status ic_jpeg_read_header(const uint8_t *bytes, size_t count, int file, struct ic_header *header,
                                   struct ic_report *report);

// Decode the picture whose header was read to its end into `pixels`, 3 * width * height bytes, rows without gaps.
//
// PNG: alpha, transparent colours, gamma and colour profiles are ignored; 16-bit samples keep their high byte,
// except that `clip_wide_grey` turns 16-bit grey (without alpha) into min(value, 255).
enum ic_status ic_png_read_rgb(const uint8_t *bytes, size_t count, int file, const struct ic_header *header,
                               bool clip_wide_grey, uint8_t *pixels, struct ic_report *report);
// PNG with its transparency: 4 * width * height bytes, the last of each pixel 0 where it is transparent, 255 where opaque;
// of 16-bit samples the high byte.
enum ic_status ic_png_read_rgba(const uint8_t *bytes, size_t count, int file, const struct ic_header *header,
                                uint8_t *pixels, struct ic_report *report);
// JPEG: accurate integer DCT, smooth chroma; CMYK and YCCK by Pillow's rule. Both sides are divided by `scale`, which
// is 1, 2, 4 or 8, and rounded up: `pixels` holds 3 bytes for each pixel that is left.
enum ic_status ic_jpeg_read_rgb(const uint8_t *bytes, size_t count, int file, const struct ic_header *header,
                                uint32_t scale, struct ic_limits limits, uint8_t *pixels, struct ic_report *report);

// The same by libvips, which a build without it refuses, of a file that is wholly in memory: of several pictures the first. Alpha
// and colour profiles are ignored, inks become colours by Pillow's rule, samples of 16 bits keep their high byte, except that
// `clip_wide_grey` is as above. TIFF, HEIC and AVIF come turned as they say. Only WebP is decoded at another `scale` than 1.
enum ic_status ic_vips_read_header(const uint8_t *bytes, size_t count, enum ic_format format, struct ic_header *header,
                                   struct ic_report *report);
enum ic_status ic_vips_read_rgb(const uint8_t *bytes, size_t count, enum ic_format format, const struct ic_header *header,
                                uint32_t scale, bool clip_wide_grey, uint8_t *pixels, struct ic_report *report);

// The most bytes that the encoders below can write for a picture of this size.
size_t ic_png_bound(uint32_t width, uint32_t height, int channels);
size_t ic_jpeg_bound(uint32_t width, uint32_t height);

// Encode channels * width * height bytes of grey (1 channel), grey and alpha, RGB, or RGB and alpha (4) into `bytes`;
// `*count` is its room before and what was written after. `chunks` come before the pixels as they are: each is a length of
// four bytes, big-endian, a type, and its data.
enum ic_status ic_png_write(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, const uint8_t *chunks,
                            size_t chunk_bytes, uint8_t *bytes, size_t *count, struct ic_report *report);
// `pixels` is 3 * width * height bytes of RGB; `quality` is 1 to 100; chroma is halved both ways (4:2:0).
enum ic_status ic_jpeg_write_rgb(const uint8_t *pixels, uint32_t width, uint32_t height, int quality,
                                 uint8_t *bytes, size_t *count, struct ic_report *report);

#endif
