// What both codecs share: saying what went wrong, and big-endian numbers.
#ifndef REPORT_H
#define REPORT_H

#include "CImageCodecs.h"
#include <stdio.h>

static inline void report_start(struct ic_report *report) {
  report->warnings = 0;
  report->failure = 0;
  report->message[0] = 0;
}

static inline void report_message(struct ic_report *report, const char *message) {
  snprintf(report->message, sizeof report->message, "%s", message);
}

static inline enum ic_status report_corrupt(struct ic_report *report, const char *message) {
  report_message(report, message);
  return IC_CORRUPT;
}

static inline uint32_t big_endian_16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

static inline uint32_t big_endian_32(const uint8_t *at) { return big_endian_16(at) << 16 | big_endian_16(at + 2); }

#endif
