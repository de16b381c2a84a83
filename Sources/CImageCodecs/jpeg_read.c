// JPEG to RGB over libjpeg-turbo.
#include "source.h"
#include <jpeglib.h>
#include <jerror.h>
#include <setjmp.h>
#include <string.h>

enum { ROWS = 16, MARKER_SOI = 0xd8, MARKER_EOI = 0xd9, MARKER_SOS = 0xda, MARKER_APP1 = 0xe1 };

struct job {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr manager;
  struct source source;
  size_t offset;  // in the file: where the bytes end that libjpeg has been given
  size_t limit;   // no more of the file is read
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  enum ic_status failure;
  struct ic_report *report;
  uint32_t width, height, scale;
  struct ic_limits limits;
  uint8_t *pixels;
};

// The coefficients of a whole picture, which libjpeg keeps when they come in several scans.
static size_t coefficient_bytes(const uint8_t *segment, const struct ic_header *header) {
  size_t most_across = 1, most_down = 1, bytes = 0;
  for (int i = 0; i < header->components; i++) {
    uint8_t sampling = segment[9 + 3 * i];
    if (sampling >> 4 > most_across) most_across = sampling >> 4;
    if ((sampling & 15) > most_down) most_down = sampling & 15;
  }
  for (int i = 0; i < header->components; i++) {
    uint8_t sampling = segment[9 + 3 * i];
    size_t across = (header->width * (size_t)(sampling >> 4) + 8 * most_across - 1) / (8 * most_across);
    size_t down = (header->height * (size_t)(sampling & 15) + 8 * most_down - 1) / (8 * most_down);
    bytes += across * down * sizeof(JBLOCK);
  }
  return bytes;
}

// Reads the frame or the EXIF block, if the segment whose length field is at `at` holds one: `segment` is its beginning, 64
// bytes of it or all. False for a size of zero.
static bool read_segment(const uint8_t *segment, size_t at, size_t length, uint8_t marker, struct ic_header *header) {
  bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  if (frame && length >= 8 && header->width == 0) {
    uint32_t height = big_endian_16(segment + 3), width = big_endian_16(segment + 5);
    if (width == 0 || height == 0) return false;
    header->width = width;
    header->height = height;
    header->depth = segment[2];
    header->colour = segment[7] == 1 ? IC_GREY : segment[7] == 4 ? IC_INKS : IC_COLOUR;
    header->components = segment[7] <= MAX_COMPS_IN_SCAN && length >= 8 + 3u * segment[7] ? segment[7] : 0;
    header->all_coefficient_bytes = coefficient_bytes(segment, header);
    bool progressive = (marker & 3) == 2;
    if (progressive) header->coefficient_bytes = header->all_coefficient_bytes;
  }
  if (marker == MARKER_APP1 && header->exif_length == 0 && length > 8 && memcmp(segment + 2, "Exif\0", 6) == 0) {
    header->exif_offset = at + 8;
    header->exif_length = length - 8;
  }
  return true;
}

// Steps over bytes that are, or are not, 0xff; the offset of the first other one, or the file's size.
static size_t step_over(struct source *source, size_t at, bool fill) {
  size_t available;
  for (const uint8_t *from; from = source_at(source, at, &available), available > 0; at += available)
    for (size_t i = 0; i < available; i++)
      if ((from[i] == 0xff) != fill) return at + i;
  return source->size;
}

// Walks over the markers before the first scan as libjpeg does: garbage and fill bytes are stepped over, and a length below
// its own two bytes is one of two.
static enum ic_status walk(struct source *source, struct ic_header *header, struct ic_report *report) {
  size_t at = header->next ? header->next : 2;
  while (!header->is_complete) {
    header->next = at;
    if (at > IC_MOST_BEFORE_SCAN) {
      report_message(report, "too much other data before the picture");
      return IC_TOO_COSTLY;
    }
    at = step_over(source, step_over(source, at, false), true);
    uint8_t marker, segment[64];
    if (!source_copy(source, at, &marker, 1)) break;
    at++;
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= MARKER_SOI)) continue;  // stand alone
    if (marker == MARKER_EOI || marker == MARKER_SOS) {
      uint8_t scan[3];
      if (marker == MARKER_SOS && source_copy(source, at, scan, 3) && scan[2] < header->components)
        header->coefficient_bytes = header->all_coefficient_bytes;
      header->is_complete = true;
      break;
    }
    if (!source_copy(source, at, segment, 2)) break;
    size_t length = big_endian_16(segment);
    if (length < 2) length = 2;
    if (length > source->size - at) break;
    memset(segment, 0, sizeof segment);
    if (!source_copy(source, at, segment, length < sizeof segment ? length : sizeof segment)) break;
    if (!read_segment(segment, at, length, marker, header))
      return report_corrupt(report, "the header gives a size of zero");
    at += length;
  }
  return header->width ? IC_OK : report_corrupt(report, "no frame header was found");
}

enum ic_status ic_jpeg_read_header(const uint8_t *bytes, size_t count, int file, struct ic_header *header,
                                   struct ic_report *report) {
  struct source source;
  report_start(report);
  source_start(&source, bytes, count, file);
  return source_status(&source, walk(&source, header, report), report);
}

static void fail(j_common_ptr jpeg) {
  struct job *job = jpeg->client_data;
  char message[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, message);
  report_message(job->report, message);
  longjmp(job->escape, 1);
}

// A level below zero is a warning: libjpeg goes on with pixels of its own invention. That a file ends early is an
// error: the rest would be grey.
static void emit(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  int code = jpeg->err->msg_code;
  if (code == JWRN_HIT_MARKER || code == JWRN_JPEG_EOF) fail(jpeg);
  struct job *job = jpeg->client_data;
  if (job->report->warnings++ > 0) return;
  char message[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, message);
  report_message(job->report, message);
}

static void start_source(j_decompress_ptr jpeg) { (void)jpeg; }

static void give_up(struct job *job, const char *message) {
  job->failure = IC_TOO_COSTLY;
  report_message(job->report, message);
  longjmp(job->escape, 1);
}

static boolean need_more(j_decompress_ptr jpeg) {
  struct job *job = jpeg->client_data;
  if (job->offset > job->limit) give_up(job, "far more data than the picture needs");
  size_t available;
  jpeg->src->next_input_byte = source_at(&job->source, job->offset, &available);
  jpeg->src->bytes_in_buffer = available;
  if (available == 0) ERREXIT(jpeg, JWRN_JPEG_EOF);
  job->offset += available;
  return TRUE;
}

static void skip(j_decompress_ptr jpeg, long wanted) {
  struct job *job = jpeg->client_data;
  if (wanted <= 0) return;
  size_t rest = (size_t)wanted;
  if (rest > jpeg->src->bytes_in_buffer) {
    rest -= jpeg->src->bytes_in_buffer;
    if (job->offset > job->source.size || rest > job->source.size - job->offset) ERREXIT(jpeg, JWRN_JPEG_EOF);
    job->offset += rest;
    jpeg->src->bytes_in_buffer = 0;
    return;
  }
  jpeg->src->next_input_byte += rest;
  jpeg->src->bytes_in_buffer -= rest;
}

// Called for every row of blocks. A scan of a few bytes may cover the whole image, and a file may have any number of
// scans; an arithmetic decoder, which goes on without any bytes at all, is several times slower.
static void watch(j_common_ptr common) {
  j_decompress_ptr jpeg = (j_decompress_ptr)common;
  struct job *job = jpeg->client_data;
  uint64_t pixels = (uint64_t)job->width * job->height * (jpeg->arith_code ? 8 : 1);
  if (pixels * (uint64_t)jpeg->input_scan_number > job->limits.scan_pixels)
    give_up(job, "too many scans for a picture of this size");
}

static void check_coefficients(struct job *job) {
  size_t bytes = 0;
  for (int i = 0; i < job->jpeg.num_components; i++) {
    jpeg_component_info *component = &job->jpeg.comp_info[i];
    bytes += (size_t)component->width_in_blocks * component->height_in_blocks * sizeof(JBLOCK);
  }
  if (bytes > job->limits.coefficient_bytes) give_up(job, "a picture of several scans needs too much memory");
}

// Pillow's rule: the samples are always taken as inverted, whatever the Adobe marker says.
static void cmyk_to_rgb(const uint8_t *cmyk, uint8_t *rgb, uint32_t width) {
  for (size_t x = 0; x < width; x++) {
    unsigned light = cmyk[4 * x + 3];
    for (int c = 0; c < 3; c++) {
      unsigned product = (255u - cmyk[4 * x + (size_t)c]) * light + 128;
      rgb[3 * x + (size_t)c] = (uint8_t)(light - (((product >> 8) + product) >> 8));
    }
  }
}

static void read_picture(struct job *job) {
  j_decompress_ptr jpeg = &job->jpeg;
  jpeg_create_decompress(jpeg);  // keeps err and client_data, clears the rest
  jpeg->src = &job->manager;
  jpeg->progress = &job->progress;
  jpeg_read_header(jpeg, TRUE);
  if (jpeg->image_width != job->width || jpeg->image_height != job->height) {
    report_message(job->report, "the file has two frame headers");
    longjmp(job->escape, 1);
  }
  if (jpeg_has_multiple_scans(jpeg)) check_coefficients(job);
  bool inks = jpeg->num_components == 4;
  jpeg->out_color_space = inks ? JCS_CMYK : JCS_RGB;
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->do_fancy_upsampling = TRUE;
  jpeg->scale_num = 1;
  jpeg->scale_denom = job->scale;
  jpeg_start_decompress(jpeg);

  const uint32_t width = jpeg->output_width, height = jpeg->output_height;
  if (width != (job->width - 1) / job->scale + 1 || height != (job->height - 1) / job->scale + 1) {
    report_message(job->report, "the library scales to another size");
    longjmp(job->escape, 1);
  }
  size_t stride = (size_t)3 * width;
  JSAMPARRAY scratch = NULL;
  if (inks) scratch = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, 4 * width, 1);
  while (jpeg->output_scanline < height) {
    uint8_t *row = job->pixels + stride * jpeg->output_scanline;
    if (inks) {
      jpeg_read_scanlines(jpeg, scratch, 1);
      cmyk_to_rgb(scratch[0], row, width);
    } else {
      JSAMPROW rows[ROWS];
      uint32_t left = height - jpeg->output_scanline;
      uint32_t wanted = left < ROWS ? left : ROWS;
      for (uint32_t i = 0; i < wanted; i++) rows[i] = row + i * stride;
      jpeg_read_scanlines(jpeg, rows, wanted);
    }
  }
  jpeg_finish_decompress(jpeg);
}

// The only frame a jump lands in. It changes no local, and the job lives one frame above: nothing to clobber.
static enum ic_status attempt(struct job *job) {
  if (setjmp(job->escape)) return job->failure;
  read_picture(job);
  return IC_OK;
}

enum ic_status ic_jpeg_read_rgb(const uint8_t *bytes, size_t count, int file, const struct ic_header *header,
                                uint32_t scale, struct ic_limits limits, uint8_t *pixels, struct ic_report *report) {
  struct job job;
  job.jpeg.mem = NULL;  // so that destroying what was never created does nothing
  job.jpeg.err = jpeg_std_error(&job.errors);
  job.jpeg.client_data = &job;
  job.errors.error_exit = fail;
  job.errors.emit_message = emit;
  job.manager = (struct jpeg_source_mgr){.next_input_byte = bytes, .bytes_in_buffer = count,
                                         .init_source = start_source, .fill_input_buffer = need_more,
                                         .skip_input_data = skip, .resync_to_restart = jpeg_resync_to_restart,
                                         .term_source = start_source};
  source_start(&job.source, bytes, count, file);
  job.offset = count;
  // No encoder needs four bytes a pixel.
  job.limit = IC_MOST_BEFORE_SCAN + (size_t)4 * header->width * header->height;
  job.progress = (struct jpeg_progress_mgr){.progress_monitor = watch};
  job.failure = IC_CORRUPT;
  job.report = report;
  job.width = header->width;
  job.height = header->height;
  job.scale = scale;
  job.limits = limits;
  job.pixels = pixels;
  report_start(report);
  enum ic_status status = attempt(&job);
  jpeg_destroy_decompress(&job.jpeg);
  return source_status(&job.source, status, report);
}
