// Packing a matrix into panels: copies, which need no variants.
#include <string.h>

#include "CKernels.h"

void ck_pack(const float *source, ptrdiff_t depth, ptrdiff_t channels, ptrdiff_t row_step, ptrdiff_t column_step,
             float *panels) {
  for (ptrdiff_t c0 = 0; c0 < channels; c0 += CK_PANEL, panels += depth * CK_PANEL) {
    const ptrdiff_t count = channels - c0 < CK_PANEL ? channels - c0 : CK_PANEL;
    for (ptrdiff_t k = 0; k < depth; k++) {
      const float *from = source + k * row_step + c0 * column_step;
      float *to = panels + k * CK_PANEL;
      if (column_step == 1) memcpy(to, from, count * sizeof(float));
      else
        for (ptrdiff_t c = 0; c < count; c++) to[c] = from[c * column_step];
      for (ptrdiff_t c = count; c < CK_PANEL; c++) to[c] = 0;
    }
  }
}
