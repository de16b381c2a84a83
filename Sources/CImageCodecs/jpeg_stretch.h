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
  job->bits = bits_at(job->stretch);
  return true;
}

// Whether the bits so far were there: libjpeg makes up those that were not, and warns.
static bool is_within(const struct job *job) {
  return bits_taken(&job->bits, job->stretch) <= 8 * job->stretch_bytes;
}

// Whether all bytes were used.
static bool is_used(const struct job *job) {
  const size_t taken = bits_taken(&job->bits, job->stretch), given = 8 * job->stretch_bytes;
  return taken <= given && given - taken < 8;
}
