// A file's bytes for both codecs: its beginning in memory, the rest read from the open file a window at a time. Whatever a
// file's size, no more of it is in memory.
#ifndef SOURCE_H
#define SOURCE_H

#include "report.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW = 65536 };

struct source {
  const uint8_t *bytes;
  size_t count;  // of `bytes`
  int file;      // -1 where `bytes` is everything
  size_t size;   // of the whole file
  int failure;   // errno of a read that failed, else 0
  size_t start, filled;
  uint8_t window[WINDOW];
};

static inline void source_start(struct source *source, const uint8_t *bytes, size_t count, int file) {
  source->bytes = bytes;
  source->count = source->size = count;
  source->file = file;
  source->failure = 0;
  source->start = source->filled = 0;
  struct stat status;
  if (file >= 0 && fstat(file, &status) == 0 && status.st_size > 0 && (size_t)status.st_size > count)
    source->size = (size_t)status.st_size;
}

// The bytes from an offset on, as many as there are at once; none at the end of the file, or after a failure.
static inline const uint8_t *source_at(struct source *source, size_t offset, size_t *available) {
  if (offset < source->count) {
    *available = source->count - offset;
    return source->bytes + offset;
  }
  if (offset < source->start || offset >= source->start + source->filled) {
    source->start = offset;
    source->filled = 0;
    if (source->file >= 0 && offset < source->size) {
      ssize_t got;
      do got = pread(source->file, source->window, WINDOW, (off_t)offset);
      while (got < 0 && errno == EINTR);
      if (got < 0) source->failure = errno;
      if (got > 0) source->filled = (size_t)got;
    }
  }
  *available = source->start + source->filled - offset;
  return source->window + (offset - source->start);
}

// Copies bytes from an offset on; false if the file ends before.
static inline bool source_copy(struct source *source, size_t offset, uint8_t *into, size_t wanted) {
  while (wanted > 0) {
    size_t available;
    const uint8_t *from = source_at(source, offset, &available);
    if (available == 0) return false;
    if (available > wanted) available = wanted;
    memcpy(into, from, available);
    into += available;
    offset += available;
    wanted -= available;
  }
  return true;
}

// Where reading failed, that is the reason, whatever the library makes of it.
static inline enum ic_status source_status(const struct source *source, enum ic_status status, struct ic_report *report) {
  if (source->failure == 0 || status == IC_OK) return status;
  report->failure = source->failure;
  return IC_UNREADABLE;
}

#endif
