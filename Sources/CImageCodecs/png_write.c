// Grey and RGB, with alpha or without, to PNG over libpng.
#include "report.h"
#include <png.h>
#include <setjmp.h>
#include <string.h>

struct job {
  png_structp png;
  png_infop info;
  jmp_buf escape;
  struct ic_report *report;
  const uint8_t *pixels;
  uint32_t width, height;
  int channels;
  const uint8_t *chunks;
  size_t chunk_bytes;
  uint8_t *bytes;
  size_t room, count;
};

// Deflate's own bound is an eighth and a bit above the input; the frames of the IDAT chunks add 12 bytes in 8192.
size_t ic_png_bound(uint32_t width, uint32_t height, int channels) {
  size_t raw = ((size_t)channels * width + 1) * height;
  return raw + raw / 4 + 1024;
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

static void give(png_structp png, png_bytep from, size_t count) {
  struct job *job = png_get_io_ptr(png);
  if (count > job->room - job->count) png_error(png, "the buffer is too small");
  memcpy(job->bytes + job->count, from, count);
  job->count += count;
}

static void flush(png_structp png) { (void)png; }

// The caller's chunks, behind the header.
static void write_chunks(struct job *job) {
  for (size_t at = 0; job->chunk_bytes - at >= 8;) {
    size_t length = big_endian_32(job->chunks + at);
    if (length > job->chunk_bytes - at - 8) png_error(job->png, "a chunk is longer than what there is of it");
    png_write_chunk(job->png, job->chunks + at + 4, job->chunks + at + 8, length);
    at += 8 + length;
  }
}

static void write_picture(struct job *job) {
  static const int kinds[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  job->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, job, fail, warn);
  if (job->png) job->info = png_create_info_struct(job->png);
  if (!job->info) {
    report_message(job->report, "out of memory");
    longjmp(job->escape, 1);
  }
  png_structp png = job->png;
  png_set_write_fn(png, job, give, flush);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, job->info, job->width, job->height, 8, kinds[job->channels - 1], PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, job->info);
  write_chunks(job);
  for (uint32_t y = 0; y < job->height; y++)
    png_write_row(png, job->pixels + (size_t)job->channels * job->width * y);
  png_write_end(png, NULL);
}

// The only frame a jump lands in; the job lives one frame above.
static enum ic_status attempt(struct job *job) {
  if (setjmp(job->escape)) return IC_CORRUPT;
  write_picture(job);
  return IC_OK;
}

enum ic_status ic_png_write(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, const uint8_t *chunks,
                            size_t chunk_bytes, uint8_t *bytes, size_t *count, struct ic_report *report) {
  struct job job = {.report = report, .pixels = pixels, .width = width, .height = height, .channels = channels,
                    .chunks = chunks, .chunk_bytes = chunk_bytes, .bytes = bytes, .room = *count};
  report_start(report);
  enum ic_status status = attempt(&job);
  png_destroy_write_struct(&job.png, &job.info);
  *count = job.count;
  return status;
}
