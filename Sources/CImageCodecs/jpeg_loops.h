// The loops over blocks, compiled once a variant: the including file defines NAME(f).
#include "jpeg_reduced.h"

#define INLINE static inline __attribute__((always_inline))

#include "jpeg_transform.h"
#include "jpeg_show.h"

#include "jpeg_scan_header.h"
#include "jpeg_stretch.h"
#include "jpeg_first.h"
#include "jpeg_more.h"
#include "jpeg_scans.h"
