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

#include "selection.h"

const ck_table NAME(table) = {
  VARIANT, NAME(multiply), NAME(accumulate_outer), NAME(channel_statistics), NAME(normalize),
  NAME(place), NAME(place_gradient), NAME(gradient_sums), NAME(add), NAME(sgd),
  NAME(multiply_adds), NAME(select), NAME(prune), NAME(dots),
};

#ifdef TARGET
#pragma clang attribute pop
#endif
