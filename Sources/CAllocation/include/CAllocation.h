// The program's own malloc, calloc, realloc and their relatives; see allocation.c.
#ifndef C_ALLOCATION_H
#define C_ALLOCATION_H

/// Whether this build has them: not under a sanitizer, which brings its own, nor with another C library than glibc.
extern const int ca_is_installed;

#endif
