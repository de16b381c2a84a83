// Loops over the maps of one picture: normalisation with leaky ReLUs, sampling, noise, Adam. As in CKernels.h the caller
// owns all memory.
#ifndef C_MAPS_H
#define C_MAPS_H
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// One step of Adam, the same for all values: the rate with the bias of the first moment taken out, the square root of
/// the second's.
typedef struct {
  float rate, decay1, decay2, root, epsilon;
} ck_adam_step;

/// The loops of one variant.
typedef struct {
  const char *name;

  /// y = v where v = x · scale + shift is positive, and v · slope elsewhere, over `pixels` pixels of `channels` floats,
  /// to pixels that are `y_pixel` floats apart.
  void (*place_leaky)(const float *x, ptrdiff_t pixels, ptrdiff_t channels, const float *scale, const float *shift,
                      float slope, float *y, ptrdiff_t y_pixel);

  /// The gradient behind such a leaky ReLU, from g in front of it, whose pixels are `g_pixel` floats apart, and its sums
  /// by channel: Σ dy, and Σ dy · (x − mean). dy may be g where both have the same steps.
  void (*leaky_sums)(const float *g, ptrdiff_t g_pixel, const float *x, ptrdiff_t pixels, ptrdiff_t channels,
                     const float *mean, const float *scale, const float *shift, float slope, float *sum, float *product,
                     float *dy);

  /// y = x · factor, or y += x · factor where it `adds`; n floats.
  void (*weigh)(const float *x, ptrdiff_t n, float factor, int adds, float *y);

  /// A row of `columns` pixels made twice as wide by linear interpolation between pixels' centres, of which the first
  /// `outputs` (2 · columns, or one less) are wanted, with `y_pixel` floats from one to the next.
  void (*widen)(const float *x, ptrdiff_t columns, ptrdiff_t channels, ptrdiff_t outputs, float *y, ptrdiff_t y_pixel);

  /// The way back through `widen`: dy's pixels are `dy_pixel` floats apart, dx's `channels`.
  void (*narrow)(const float *dy, ptrdiff_t dy_pixel, ptrdiff_t columns, ptrdiff_t channels, ptrdiff_t outputs,
                 float *dx);

  /// y = x + deviation · a normal number, each a function of the key and of its place, first + index; `first` is a
  /// multiple of 32.
  void (*add_normal)(const float *x, ptrdiff_t n, uint64_t key, uint64_t first, float deviation, float *y);

  /// n values take a step of Adam; both moments follow the gradient first.
  void (*adam)(const ck_adam_step *, const float *gradient, float *first, float *second, ptrdiff_t n, float *value);
} ck_map_table;

/// The loops of the variant that this processor runs, see `ck_variant`.
const ck_map_table *ck_maps(void);

/// Those of a variant by name; null where this processor or this build lacks it.
const ck_map_table *_Nullable ck_find_maps(const char *_Nullable name);

#pragma clang assume_nonnull end
#endif
