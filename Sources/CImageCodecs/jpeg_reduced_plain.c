// The decoder of scans for any processor.
#define NAME(f) plain_##f
#include "jpeg_loops.h"
