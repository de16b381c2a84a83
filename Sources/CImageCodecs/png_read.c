// PNG to RGB over libpng.
#include "source.h"
#include <png.h>
#include <setjmp.h>
#include <string.h>

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

// Every chunk is a length, a type, its data and a checksum.
enum { CHUNK_FRAME = 12, IHDR_END = 8 + CHUNK_FRAME + 13 };

// Bytes of compressed data that one row may take, besides twice its own length. libpng inflates whatever follows the
// last row, a thousandfold, only to throw it away.
enum { COMPRESSED_SLACK = 65536 };

struct job {
  png_structp png;
  png_infop info;
  jmp_buf escape;
  struct ic_report *report;
  struct source source;
  size_t position;
  const struct ic_header *header;
  size_t compressed_end;    // the end of the last IDAT chunk
  size_t compressed_limit;  // how far into the IDAT chunks libpng may read now
  uint32_t width, height;
  bool clip_wide_grey, keeps_transparency;
  uint8_t *pixels;
};

static bool is_chunk(const uint8_t *at, const char *type) { return memcmp(at + 4, type, 4) == 0; }

static enum ic_status read_first_chunk(const uint8_t *bytes, size_t count, struct ic_header *header,
                                       struct ic_report *report) {
  if (count < 8 || memcmp(bytes, signature, 8) != 0)
    return report_corrupt(report, count < 8 ? "the file ends within its signature"
                                            : "the PNG signature was damaged, as by a text conversion");
  if (count < IHDR_END) return report_corrupt(report, "the file ends within its header");
  if (big_endian_32(bytes + 8) != 13 || !is_chunk(bytes + 8, "IHDR"))
    return report_corrupt(report, "the first chunk is not an IHDR");
  *header = (struct ic_header){.width = big_endian_32(bytes + 16), .height = big_endian_32(bytes + 20),
                               .depth = bytes[24], .colour = IC_COLOUR, .next = IHDR_END};
  if (header->width - 1 >= PNG_UINT_31_MAX || header->height - 1 >= PNG_UINT_31_MAX) {
    *header = (struct ic_header){0};
    return report_corrupt(report, "the header gives an impossible size");
  }
  uint8_t kind = bytes[25];
  if (kind == PNG_COLOR_TYPE_GRAY || kind == PNG_COLOR_TYPE_GRAY_ALPHA) header->colour = IC_GREY;
  if (kind == PNG_COLOR_TYPE_PALETTE) header->colour = IC_PALETTE;
  header->has_transparency = kind == PNG_COLOR_TYPE_GRAY_ALPHA || kind == PNG_COLOR_TYPE_RGB_ALPHA;
  return IC_OK;
}

// Follows the chunks to the end mark, or as far as the bytes go.
static void walk(struct source *source, struct ic_header *header) {
  const size_t count = source->size;
  while (!header->is_complete && header->next <= count && count - header->next >= CHUNK_FRAME) {
    const size_t at = header->next;
    uint8_t chunk[8];
    if (!source_copy(source, at, chunk, sizeof chunk)) break;
    if (header->data_end == 0 && is_chunk(chunk, "tRNS")) header->has_transparency = true;
    if (header->data_end == 0 && is_chunk(chunk, "acTL")) header->is_animated = true;
    size_t length = big_endian_32(chunk);
    if (length > count - at - CHUNK_FRAME) break;
    header->next = at + CHUNK_FRAME + length;
    if (is_chunk(chunk, "IDAT")) {
      header->data_end = header->next;
      header->data_bytes += length;
    } else {
      header->other_bytes += length;
      if (length > header->other_most) header->other_most = length;
    }
    if (is_chunk(chunk, "eXIf") && header->exif_length == 0) {
      header->exif_offset = at + 8;
      header->exif_length = length;
    }
    header->is_complete = is_chunk(chunk, "IEND");
  }
}

enum ic_status ic_png_read_header(const uint8_t *bytes, size_t count, int file, struct ic_header *header,
                                  struct ic_report *report) {
  report_start(report);
  if (header->next == 0) {
    enum ic_status status = read_first_chunk(bytes, count, header, report);
    if (status != IC_OK) return status;
  }
  struct source source;
  source_start(&source, bytes, count, file);
  walk(&source, header);
  return source_status(&source, source.failure ? IC_CORRUPT : IC_OK, report);
}

static void fail(png_structp png, png_const_charp message) {
  struct job *job = png_get_error_ptr(png);
  report_message(job->report, message);
  longjmp(job->escape, 1);
}

static void warn(png_structp png, png_const_charp message) {
  struct job *job = png_get_error_ptr(png);
  if (job->report->warnings++ == 0) report_message(job->report, message);
}

static void take(png_structp png, png_bytep into, size_t wanted) {
  struct job *job = png_get_io_ptr(png);
  if (job->position > job->compressed_limit && job->position < job->compressed_end)
    png_error(png, "far more compressed data than the rows need");
  if (!source_copy(&job->source, job->position, into, wanted)) png_error(png, "the file ends too early");
  job->position += wanted;
}

// Spreads 16-bit grey, which fills the first two thirds of a row, over the row as min(value, 255).
static void spread_wide_grey(uint8_t *row, uint32_t width) {
  for (size_t x = width; x-- > 0;) {
    uint8_t grey = row[2 * x] ? 255 : row[2 * x + 1];
    row[3 * x] = row[3 * x + 1] = row[3 * x + 2] = grey;
  }
}

// Begins to read, as far as the pixels.
static void start(struct job *job) {
  job->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, job, fail, warn);
  if (job->png) job->info = png_create_info_struct(job->png);
  if (!job->info) {
    report_message(job->report, "out of memory");
    longjmp(job->escape, 1);
  }
  png_structp png = job->png;
  png_infop info = job->info;
  png_set_read_fn(png, job, take);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the caller has judged the size
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);  // colour profiles, texts, gamma, ...
  if (!job->keeps_transparency)
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, (png_const_bytep) "tRNS", 1);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != job->width || png_get_image_height(png, info) != job->height)
    png_error(png, "the size changed between two readings");
  size_t raw = (png_get_rowbytes(png, info) + 1) * job->height;
  if (job->header->data_bytes > COMPRESSED_SLACK + 2 * raw)
    png_error(png, "far more compressed data than the rows need");
}

// Reads the rows, `allowance` bytes of compressed data for each at most, and the rest of the file.
static void read_rows(struct job *job, int passes, size_t stride, size_t allowance) {
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t y = 0; y < job->height; y++) {
      job->compressed_limit = job->position + allowance;
      png_read_row(job->png, job->pixels + y * stride, NULL);
    }
  png_read_end(job->png, NULL);
}

static size_t allowance(const struct job *job) { return COMPRESSED_SLACK + 2 * png_get_rowbytes(job->png, job->info); }

static void read_picture(struct job *job) {
  start(job);
  png_structp png = job->png;
  png_infop info = job->info;
  bool grey = png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY;
  bool clips = job->clip_wide_grey && grey && png_get_bit_depth(png, info) == 16;
  if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (grey && png_get_bit_depth(png, info) < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (!clips) {
    png_set_strip_16(png);
    png_set_strip_alpha(png);
    png_set_gray_to_rgb(png);
  }
  size_t most = allowance(job);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t stride = (size_t)3 * job->width;
  if (png_get_rowbytes(png, info) != (clips ? (size_t)2 * job->width : stride))
    png_error(png, "unexpected row layout");

  read_rows(job, passes, stride, most);
  if (clips)
    for (uint32_t y = 0; y < job->height; y++) spread_wide_grey(job->pixels + y * stride, job->width);
}

// The picture with four channels.
static void read_with_alpha(struct job *job) {
  start(job);
  png_structp png = job->png;
  png_set_expand(png);
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  size_t most = allowance(job);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, job->info);
  size_t stride = (size_t)4 * job->width;
  if (png_get_rowbytes(png, job->info) != stride) png_error(png, "unexpected row layout");
  read_rows(job, passes, stride, most);
}

// The only frame a jump lands in. It changes no local, and the job lives one frame above: nothing to clobber.
static enum ic_status attempt(struct job *job, void (*work)(struct job *)) {
  if (setjmp(job->escape)) return IC_CORRUPT;
  work(job);
  return IC_OK;
}

static enum ic_status decode(const uint8_t *bytes, size_t count, int file, const struct ic_header *header,
                             void (*work)(struct job *), bool clip_wide_grey, bool keeps_transparency, uint8_t *pixels,
                             struct ic_report *report) {
  struct job job;
  memset(&job, 0, offsetof(struct job, source));
  job.report = report;
  source_start(&job.source, bytes, count, file);
  job.position = 0;
  job.header = header;
  job.compressed_end = header->data_end;
  job.compressed_limit = SIZE_MAX;
  job.width = header->width;
  job.height = header->height;
  job.clip_wide_grey = clip_wide_grey;
  job.keeps_transparency = keeps_transparency;
  job.pixels = pixels;
  report_start(report);
  // libpng would take a chunk's word for its length.
  if (!header->is_complete)
    return report_corrupt(report, header->next + CHUNK_FRAME <= job.source.size ? "a chunk is longer than the rest of the file"
                                                                      : "the file ends before its end mark");
  if (header->other_most > IC_MOST_IN_CHUNK || header->other_bytes > IC_MOST_IN_CHUNKS) {
    report_message(report, "too much other data beside the picture");
    return IC_TOO_COSTLY;
  }
  enum ic_status status = attempt(&job, work);
  png_destroy_read_struct(&job.png, &job.info, NULL);
  return source_status(&job.source, status, report);
}

enum ic_status ic_png_read_rgb(const uint8_t *bytes, size_t count, int file, const struct ic_header *header,
                               bool clip_wide_grey, uint8_t *pixels, struct ic_report *report) {
  return decode(bytes, count, file, header, read_picture, clip_wide_grey, false, pixels, report);
}

enum ic_status ic_png_read_rgba(const uint8_t *bytes, size_t count, int file, const struct ic_header *header,
                                uint8_t *pixels, struct ic_report *report) {
  return decode(bytes, count, file, header, read_with_alpha, false, true, pixels, report);
}
