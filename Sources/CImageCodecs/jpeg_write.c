// RGB to JPEG over libjpeg-turbo.
#include "report.h"
#include <jpeglib.h>
#include <jerror.h>
#include <setjmp.h>

struct job {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  jmp_buf escape;
  struct ic_report *report;
  const uint8_t *pixels;
  uint32_t width, height;
  int quality;
};

// Twice the samples of whole blocks, which reach beyond the picture's edges, and the tables: TurboJPEG's own bound.
size_t ic_jpeg_bound(uint32_t width, uint32_t height) {
  size_t columns = ((size_t)width + 15) / 16, rows = ((size_t)height + 15) / 16;
  return columns * rows * 16 * 16 * 6 + 2048;
}

static void fail(j_common_ptr jpeg) {
  struct job *job = jpeg->client_data;
  char message[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, message);
  report_message(job->report, message);
  longjmp(job->escape, 1);
}

static void emit(j_common_ptr jpeg, int level) {
  struct job *job = jpeg->client_data;
  if (level < 0) job->report->warnings++;
}

static void nothing(j_compress_ptr jpeg) { (void)jpeg; }

static boolean full(j_compress_ptr jpeg) {
  ERREXIT(jpeg, JERR_BUFFER_SIZE);
  return FALSE;
}

static void write_picture(struct job *job) {
  j_compress_ptr jpeg = &job->jpeg;
  jpeg_create_compress(jpeg);  // keeps err and client_data, clears the rest
  jpeg->dest = &job->destination;
  jpeg->image_width = job->width;
  jpeg->image_height = job->height;
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, job->quality, TRUE);
  jpeg_start_compress(jpeg, TRUE);
  while (jpeg->next_scanline < job->height) {
    // libjpeg reads the row; its type has no const.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(job->pixels + (size_t)3 * job->width * jpeg->next_scanline);
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
}

// The only frame a jump lands in; the job lives one frame above.
static enum ic_status attempt(struct job *job) {
  if (setjmp(job->escape)) return IC_CORRUPT;
  write_picture(job);
  return IC_OK;
}

enum ic_status ic_jpeg_write_rgb(const uint8_t *pixels, uint32_t width, uint32_t height, int quality,
                                 uint8_t *bytes, size_t *count, struct ic_report *report) {
  struct job job;
  job.jpeg.mem = NULL;  // so that destroying what was never created does nothing
  job.jpeg.err = jpeg_std_error(&job.errors);
  job.jpeg.client_data = &job;
  job.errors.error_exit = fail;
  job.errors.emit_message = emit;
  job.destination = (struct jpeg_destination_mgr){.next_output_byte = bytes, .free_in_buffer = *count,
                                                  .init_destination = nothing, .empty_output_buffer = full,
                                                  .term_destination = nothing};
  job.report = report;
  job.pixels = pixels;
  job.width = width;
  job.height = height;
  job.quality = quality;
  report_start(report);
  enum ic_status status = attempt(&job);
  jpeg_destroy_compress(&job.jpeg);
  *count -= job.destination.free_in_buffer;
  return status;
}
