// JPEG to RGB over libjpeg-turbo.
#include "report.h"
#include <jpeglib.h>
#include <jerror.h>
#include <setjmp.h>
#include <string.h>

enum { ROWS = 16, MARKER_SOI = 0xd8, MARKER_EOI = 0xd9, MARKER_SOS = 0xda, MARKER_APP1 = 0xe1 };

struct job {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  enum ic_status failure;
  struct ic_report *report;
  uint32_t width, height, scale;
  struct ic_limits limits;
  uint8_t *pixels;
};

// Reads the frame or the EXIF block, if the segment whose length field is at `at` holds one. False for a size of zero.
static bool read_segment(const uint8_t *bytes, size_t at, size_t length, uint8_t marker, struct ic_header *header) {
  const uint8_t *segment = bytes + at;
  bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  if (frame && length >= 8 && header->width == 0) {
    uint32_t height = big_endian_16(segment + 3), width = big_endian_16(segment + 5);
    if (width == 0 || height == 0) return false;
    header->width = width;
    header->height = height;
    header->depth = segment[2];
    header->colour = segment[7] == 1 ? IC_GREY : segment[7] == 4 ? IC_INKS : IC_COLOUR;
  }
  if (marker == MARKER_APP1 && header->exif_length == 0 && length > 8 && memcmp(segment + 2, "Exif\0", 6) == 0) {
    header->exif_offset = at + 8;
    header->exif_length = length - 8;
  }
  return true;
}

// Walks over the markers before the first scan as libjpeg does: garbage and fill bytes are stepped over.
enum ic_status ic_jpeg_read_header(const uint8_t *bytes, size_t count, struct ic_header *header,
                                   struct ic_report *report) {
  report_start(report);
  size_t at = header->next ? header->next : 2;
  while (!header->is_complete) {
    header->next = at;
    while (at < count && bytes[at] != 0xff) at++;
    while (at < count && bytes[at] == 0xff) at++;
    if (at >= count) break;
    uint8_t marker = bytes[at++];
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= MARKER_SOI)) continue;  // stand alone
    if (marker == MARKER_EOI || marker == MARKER_SOS) {
      header->is_complete = true;
      break;
    }
    if (count - at < 2) break;
    size_t length = big_endian_16(bytes + at);
    if (length < 2 || length > count - at) break;
    if (!read_segment(bytes, at, length, marker, header))
      return report_corrupt(report, "the header gives a size of zero");
    at += length;
  }
  return header->width ? IC_OK : report_corrupt(report, "no frame header was found");
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

static boolean need_more(j_decompress_ptr jpeg) {
  ERREXIT(jpeg, JWRN_JPEG_EOF);
  return FALSE;
}

static void skip(j_decompress_ptr jpeg, long wanted) {
  if (wanted <= 0) return;
  if ((size_t)wanted > jpeg->src->bytes_in_buffer) need_more(jpeg);
  jpeg->src->next_input_byte += wanted;
  jpeg->src->bytes_in_buffer -= (size_t)wanted;
}

static void give_up(struct job *job, const char *message) {
  job->failure = IC_TOO_COSTLY;
  report_message(job->report, message);
  longjmp(job->escape, 1);
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
  jpeg->src = &job->source;
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

enum ic_status ic_jpeg_read_rgb(const uint8_t *bytes, size_t count, const struct ic_header *header, uint32_t scale,
                                struct ic_limits limits, uint8_t *pixels, struct ic_report *report) {
  struct job job;
  job.jpeg.mem = NULL;  // so that destroying what was never created does nothing
  job.jpeg.err = jpeg_std_error(&job.errors);
  job.jpeg.client_data = &job;
  job.errors.error_exit = fail;
  job.errors.emit_message = emit;
  job.source = (struct jpeg_source_mgr){.next_input_byte = bytes, .bytes_in_buffer = count,
                                        .init_source = start_source, .fill_input_buffer = need_more,
                                        .skip_input_data = skip, .resync_to_restart = jpeg_resync_to_restart,
                                        .term_source = start_source};
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
  return status;
}
