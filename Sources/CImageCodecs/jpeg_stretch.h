// The bits of a scan from one marker to the next. Part of jpeg_loops.h.
//
// Source: ITU-T T.81, B.1.1.5 and F.2.2.5.

// Copies what lies up to the next marker, and takes out the zero that follows every byte of ones.
static bool next_stretch(struct job *job) {
  const uint8_t *from = job->bytes + job->at, *end = job->bytes + job->count;
  uint8_t *to = job->stretch;
  while (true) {
    const uint8_t *ones = memchr(from, 0xff, (size_t)(end - from));
    if (!ones || end - ones < 2) return false;  // the file ends without a marker
    const size_t count = (size_t)(ones - from);
    memcpy(to, from, count);
    to += count;
    from = ones;
    if (ones[1] != 0) break;
    *to++ = 0xff;
    from += 2;
  }
  job->at = (size_t)(from - job->bytes);
  job->stretch_bytes = (size_t)(to - job->stretch);
  memset(to, 0, PADDING);
  return true;
}

// Passes over a scan, restarts included.
static bool skip_scan(struct job *job) {
  while (true) {
    const uint8_t *from = job->bytes + job->at;
    const uint8_t *ones = memchr(from, 0xff, job->count - job->at);
    if (!ones || job->count - (size_t)(ones - job->bytes) < 2) return false;
    job->at = (size_t)(ones - job->bytes);
    if (ones[1] != 0 && !(ones[1] >= 0xd0 && ones[1] <= 0xd7)) return true;
    job->at += 2;
  }
}

// Whether the bits so far were there: libjpeg makes up those that were not, and warns.
INLINE bool is_within(const struct job *job, const struct bits *bits) {
  return bits_taken(bits, job->stretch) <= 8 * job->stretch_bytes;
}

// Whether all bytes were used.
static bool is_used(const struct job *job, struct bits bits) {
  const size_t taken = bits_taken(&bits, job->stretch), given = 8 * job->stretch_bytes;
  return taken <= given && given - taken < 8;
}
