// The loops themselves, compiled once for each instruction set: the including file defines NAME(f), TARGET and the
// shapes of the register tiles. Vectors of 16 floats are one, two or four registers; the compiler splits them.
#include <string.h>

#include "table.h"

#ifdef TARGET
#pragma clang attribute push(TARGET, apply_to = function)
#endif
#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed to inlined functions only

typedef float V __attribute__((ext_vector_type(16)));
typedef float U __attribute__((ext_vector_type(16), aligned(4)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

#include "products.h"

#include "pointwise.h"

#include "whole.h"

#include "selection.h"

#include "resample.h"

#include "colors.h"

#include "winograd.h"

#include "maps.h"

const ck_table NAME(table) = {
  VARIANT, NAME(multiply), NAME(accumulate_outer), NAME(channel_statistics), NAME(place),
  NAME(place_gradient), NAME(gradient_sums), NAME(add), NAME(sgd),
  NAME(multiply_adds),
  NAME(multiply_whole), NAME(select), NAME(prune), NAME(dots),
  NAME(winograd_input), NAME(winograd_gradient), NAME(winograd_output),
  NAME(winograd_weights), NAME(winograd_weights_gradient),
};

const ck_pixel_table NAME(pixel_table) = {
  VARIANT, NAME(resample_across), NAME(resample_down), NAME(reduce), NAME(flip), NAME(luma_sum), NAME(blend),
  NAME(saturate), NAME(turn_grey), NAME(turn_hue), NAME(blur_across), NAME(blur_down), NAME(to_floats),
};

const ck_map_table NAME(map_table) = {
  VARIANT, NAME(place_leaky), NAME(leaky_sums), NAME(weigh), NAME(widen), NAME(narrow), NAME(add_normal), NAME(adam),
};

#ifdef TARGET
#pragma clang attribute pop
#endif
