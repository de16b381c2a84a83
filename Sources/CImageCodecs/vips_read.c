// Other formats through libvips, one thread a picture, each by the loader that its first bytes ask for.
#define _GNU_SOURCE  // for a lock whose readers let a writer in
#include "report.h"

#ifdef SIAM_VIPS

#include <pthread.h>
#include <string.h>
#include <vips/vips.h>

// libvips keeps its words in one place for all threads. Pictures are read side by side; one that fails is read again while no
// other is, so that the words are its own.
static pthread_rwlock_t alone = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_ready;

static void ignore(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
  (void)domain, (void)level, (void)message, (void)data;
}

static void start(void) {
  g_log_set_default_handler(ignore, NULL);
  if (vips_init("siam")) return;
  vips_block_untrusted_set(TRUE);
  // The only way to read JPEG XL. Its loader is called by name, for files that begin as JPEG XL does.
  vips_operation_block_set("VipsForeignLoadJxl", FALSE);
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  is_ready = true;
}

static const char *const loaders[] = {
  [IC_WEBP] = "webpload_source", [IC_TIFF] = "tiffload_source", [IC_GIF] = "gifload_source",
  [IC_JXL] = "jxlload_source", [IC_HEIF] = "heifload_source",
};

// Opens a picture; its pixels are decoded when they are asked for, from top to bottom.
static VipsImage *opened(const uint8_t *bytes, size_t count, enum ic_format format, uint32_t scale) {
  VipsSource *source = vips_source_new_from_memory(bytes, count);
  if (!source) return NULL;
  VipsImage *image = NULL;
  int failed;
  if (format == IC_WEBP && scale > 1)
    failed = vips_call(loaders[format], source, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR,
                       "scale", 1.0 / scale, NULL);
  else if (format == IC_TIFF)
    failed = vips_call(loaders[format], source, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR,
                       "autorotate", TRUE, NULL);
  else
    failed = vips_call(loaders[format], source, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
  g_object_unref(source);
  return failed ? NULL : image;
}

static int number(VipsImage *image, const char *name) {
  int value = 0;
  if (!vips_image_get_typeof(image, name) || vips_image_get_int(image, name, &value)) return 0;
  return value;
}

struct job {
  const uint8_t *bytes;
  size_t count;
  enum ic_format format;
  uint32_t scale;
  bool clip_wide_grey;
  struct ic_header *header;
  uint32_t width, height;  // of the pixels to give
  uint8_t *pixels;         // NULL: only the header is wanted
};

// A number of a TIFF file in its own order of bytes; false where the file ends before.
static bool tiff_number(const struct job *job, size_t at, size_t size, uint64_t *value) {
  if (at > job->count || job->count - at < size) return false;
  *value = 0;
  for (size_t i = 0; i < size; i++) *value = *value << 8 | job->bytes[at + (job->bytes[0] == 'I' ? size - 1 - i : i)];
  return true;
}

// The value of a tag of a TIFF file's first picture; `otherwise` where it has none.
static uint64_t tiff_tag(const struct job *job, unsigned tag, uint64_t otherwise) {
  uint64_t version, start, entries, name, value;
  if (!tiff_number(job, 2, 2, &version)) return otherwise;
  bool is_big = version == 43;
  size_t wide = is_big ? 8 : 4, count_size = is_big ? 8 : 2, entry = is_big ? 20 : 12;
  if (!tiff_number(job, is_big ? 8 : 4, wide, &start) || !tiff_number(job, start, count_size, &entries)) return otherwise;
  for (uint64_t i = 0; i < entries && i < 1000; i++) {
    size_t at = start + count_size + i * entry;
    if (!tiff_number(job, at, 2, &name)) return otherwise;
    if (name == tag && tiff_number(job, at + 4 + wide, 2, &value)) return value;
  }
  return otherwise;
}

// What cannot be told as 8-bit RGB; NULL for everything else.
static const char *refusal(const struct job *job, const VipsImage *image) {
  enum { COMPRESSION = 259, INTERPRETATION = 262, YCBCR = 6, OLD_JPEG = 6, JPEG = 7 };
  if (job->format == IC_TIFF && tiff_tag(job, INTERPRETATION, 0) == YCBCR) {
    uint64_t compression = tiff_tag(job, COMPRESSION, 1);
    if (compression != OLD_JPEG && compression != JPEG) return "its colours are YCbCr without JPEG, which libvips takes for RGB";
  }
  if (image->BandFmt != VIPS_FORMAT_UCHAR && image->BandFmt != VIPS_FORMAT_USHORT)
    return "its samples have neither 8 nor 16 bits";
  if (image->Type == VIPS_INTERPRETATION_LAB || image->Type == VIPS_INTERPRETATION_LABS ||
      image->Type == VIPS_INTERPRETATION_LABQ)
    return "its colours are CIE L*a*b*";
  if (image->Bands < 1 || image->Bands > (image->Type == VIPS_INTERPRETATION_CMYK ? 5 : 4))
    return "it has more channels than a picture";
  return NULL;
}

// From a row as libvips has it to a row of RGB.
static void convert(const struct job *job, const VipsImage *image, const uint8_t *row, int columns, uint8_t *rgb) {
  int bands = image->Bands;
  bool is_wide = image->BandFmt == VIPS_FORMAT_USHORT, is_ink = image->Type == VIPS_INTERPRETATION_CMYK;
  bool clips = job->clip_wide_grey && is_wide && bands == 1;
  for (int x = 0; x < columns; x++, rgb += 3) {
    unsigned sample[4] = {0, 0, 0, 0};
    for (int band = 0; band < bands && band < 4; band++) {
      if (!is_wide) sample[band] = row[x * bands + band];
      else {
        uint16_t value;
        memcpy(&value, row + 2 * ((size_t)x * (size_t)bands + (size_t)band), 2);
        sample[band] = clips ? (value < 255 ? value : 255) : value >> 8;
      }
    }
    if (is_ink) {
      // Pillow's rule, for inks that are not inverted.
      unsigned nk = 255 - sample[3];
      for (int band = 0; band < 3; band++) {
        unsigned product = sample[band] * nk + 128;
        rgb[band] = (uint8_t)(nk - (((product >> 8) + product) >> 8));
      }
    } else {
      for (int band = 0; band < 3; band++) rgb[band] = (uint8_t)sample[bands < 3 ? 0 : band];
    }
  }
}

// Decodes all rows in this thread. A picture that was shrunk while it was decoded may lack the last row or column of a part.
static int decode(const struct job *job, VipsImage *image) {
  enum { STRIP = 16 };
  VipsRegion *region = vips_region_new(image);
  if (!region) return -1;
  int columns = image->Xsize < (int)job->width ? image->Xsize : (int)job->width;
  size_t stride = 3 * (size_t)job->width;
  int failed = 0;
  for (int top = 0; top < image->Ysize && !failed; top += STRIP) {
    VipsRect area = {0, top, image->Xsize, image->Ysize - top < STRIP ? image->Ysize - top : STRIP};
    failed = vips_region_prepare(region, &area);
    for (int y = top; y < top + area.height && y < (int)job->height && !failed; y++) {
      uint8_t *row = job->pixels + stride * (size_t)y;
      convert(job, image, VIPS_REGION_ADDR(region, 0, y), columns, row);
      for (int x = columns; x < (int)job->width; x++) memcpy(row + 3 * x, row + 3 * (x - 1), 3);
    }
  }
  for (int y = image->Ysize; y < (int)job->height && !failed; y++)
    memcpy(job->pixels + stride * (size_t)y, job->pixels + stride * (size_t)(y - 1), stride);
  g_object_unref(region);
  return failed;
}

static void describe(VipsImage *image, struct ic_header *header) {
  header->width = (uint32_t)image->Xsize;
  header->height = (uint32_t)image->Ysize;
  header->depth = image->BandFmt == VIPS_FORMAT_USHORT ? 16 : 8;
  bool has_alpha = vips_image_hasalpha(image);
  int colours = image->Bands - has_alpha;
  header->colour = image->Type == VIPS_INTERPRETATION_CMYK ? IC_INKS : colours < 3 ? IC_GREY : IC_COLOUR;
  header->has_transparency = has_alpha;
  header->is_animated = number(image, VIPS_META_N_PAGES) > 1;
  header->orientation = number(image, VIPS_META_ORIENTATION);
  header->coefficient_bytes = VIPS_IMAGE_SIZEOF_PEL(image) * header->width * (size_t)header->height;
  header->is_complete = true;
}

// Returns 0, or -1 with the reason in `report` or, where that is empty, in libvips.
static int attempt(const struct job *job, struct ic_report *report) {
  VipsImage *image = opened(job->bytes, job->count, job->format, job->scale);
  if (!image) return -1;
  int failed = 0;
  const char *reason = refusal(job, image);
  if (reason) {
    report_message(report, reason);
    failed = -1;
  } else if (!job->pixels) {
    describe(image, job->header);
  } else {
    failed = decode(job, image);
  }
  g_object_unref(image);
  return failed;
}

static enum ic_status run(const struct job *job, struct ic_report *report) {
  report_start(report);
  pthread_once(&once, start);
  if (!is_ready) return report_corrupt(report, "libvips does not start");
  pthread_rwlock_rdlock(&alone);
  int failed = attempt(job, report);
  pthread_rwlock_unlock(&alone);
  if (!failed) return IC_OK;
  if (report->message[0]) return IC_CORRUPT;
  pthread_rwlock_wrlock(&alone);
  vips_error_clear();
  failed = attempt(job, report);
  if (failed && !report->message[0]) {
    const char *words = vips_error_buffer();
    // A file that ends early is told by what looked for more.
    const char *seek = "source: bad seek";
    while (!strncmp(words, seek, strlen(seek)) && strchr(words, '\n')) words = strchr(words, '\n') + 1;
    size_t length = strcspn(words, "\n");
    snprintf(report->message, sizeof report->message, "%.*s", (int)(length < 199 ? length : 199), words);
    if (!report->message[0]) report_message(report, "libvips cannot read it");
  }
  vips_error_clear();
  pthread_rwlock_unlock(&alone);
  return failed ? IC_CORRUPT : IC_OK;
}

enum ic_status ic_vips_read_header(const uint8_t *bytes, size_t count, enum ic_format format, struct ic_header *header,
                                   struct ic_report *report) {
  struct job job = {.bytes = bytes, .count = count, .format = format, .scale = 1, .header = header};
  return run(&job, report);
}

enum ic_status ic_vips_read_rgb(const uint8_t *bytes, size_t count, enum ic_format format, const struct ic_header *header,
                                uint32_t scale, bool clip_wide_grey, uint8_t *pixels, struct ic_report *report) {
  struct job job = {.bytes = bytes, .count = count, .format = format, .scale = scale, .clip_wide_grey = clip_wide_grey,
                    .width = (header->width - 1) / scale + 1, .height = (header->height - 1) / scale + 1, .pixels = pixels};
  return run(&job, report);
}

#else

enum ic_status ic_vips_read_header(const uint8_t *bytes, size_t count, enum ic_format format, struct ic_header *header,
                                   struct ic_report *report) {
  (void)bytes, (void)count, (void)format, (void)header;
  report_start(report);
  return report_corrupt(report, "built without libvips");
}

enum ic_status ic_vips_read_rgb(const uint8_t *bytes, size_t count, enum ic_format format, const struct ic_header *header,
                                uint32_t scale, bool clip_wide_grey, uint8_t *pixels, struct ic_report *report) {
  (void)bytes, (void)count, (void)format, (void)header, (void)scale, (void)clip_wide_grey, (void)pixels;
  report_start(report);
  return report_corrupt(report, "built without libvips");
}

#endif
