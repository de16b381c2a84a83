// Fuzzes the decoders. From the project's folder:
//
//     clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -I Sources/CImageCodecs/include
//         tools/fuzz/codecs.c Sources/CImageCodecs/*.c -lpng -ljpeg -o .build/fuzz-codecs
//     mkdir -p .build/corpus
//     .build/fuzz-codecs .build/corpus data/reference/pictures -max_len=20000 -timeout=5 -max_total_time=120
#include "CImageCodecs.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (count < 3) return 0;
  bool png = bytes[0] == 0x89;
  struct ic_header header;
  struct ic_report report;
  enum ic_status status = png ? ic_png_read_header(bytes, count, &header, &report)
                              : ic_jpeg_read_header(bytes, count, &header, &report);
  if (status != IC_OK || (uint64_t)header.width * header.height > 1000000) return 0;
  if (header.exif_offset > count || header.exif_length > count - header.exif_offset) abort();
  uint8_t *pixels = malloc((size_t)3 * header.width * header.height);
  struct ic_limits limits = {.coefficient_bytes = 4000000, .scan_pixels = 40000000};
  if (png)
    ic_png_read_rgb(bytes, count, header.width, header.height, count & 1, pixels, &report);
  else
    ic_jpeg_read_rgb(bytes, count, header.width, header.height, limits, pixels, &report);
  free(pixels);
  return 0;
}
