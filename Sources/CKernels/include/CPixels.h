// Loops over 8-bit RGB, channels interleaved: resizing, colours, blur. Whole numbers, or single precision without fused
// steps: every variant gives the same bytes. As in CKernels.h the caller owns all memory.
#ifndef C_PIXELS_H
#define C_PIXELS_H
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The weights that make one axis of `outputs` samples: output i is the sum over its `taps` inputs from `starts[i]` on,
/// weighted by `weights[i * taps...]` in 2⁻²², rounded and cut off to 8 bits.
typedef struct {
  const int32_t *starts;
  const uint32_t *weights;
  ptrdiff_t taps, outputs;
} ck_filter;

/// Bytes of scratch that `resample_across` needs for `columns` pixels of input.
static inline ptrdiff_t ck_resample_scratch(ptrdiff_t columns, ptrdiff_t outputs) {
  return 16 * (3 * (columns + outputs) + 32);
}

/// The loops of one variant. `count` counts pixels, `samples` bytes.
typedef struct {
  const char *name;

  /// Rows of RGB, each resampled across: `rows` rows of `columns` pixels, `from_row` bytes apart, to rows of
  /// 3 · outputs bytes.
  void (*resample_across)(const ck_filter *, const uint8_t *from, ptrdiff_t from_row, ptrdiff_t rows, ptrdiff_t columns,
                          uint8_t *scratch, uint8_t *to);

  /// A picture resampled down: rows of `samples` bytes to `outputs` rows as long.
  void (*resample_down)(const ck_filter *, const uint8_t *from, ptrdiff_t samples, uint8_t *to);

  /// Means of square cells of `side` x `side` pixels, rounded; cells at the right and lower border may be cut off.
  /// `sums` holds 3 · ⌈columns / side⌉ numbers.
  void (*reduce)(const uint8_t *from, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t side, uint32_t *sums, uint8_t *to);

  /// Rows of RGB, each turned left to right in place.
  void (*flip)(uint8_t *pixels, ptrdiff_t rows, ptrdiff_t columns);

  /// The sum of the lumas, ITU-R 601-2 in 16-bit fixed point, each rounded.
  uint64_t (*luma_sum)(const uint8_t *pixels, ptrdiff_t count);

  /// Every sample s becomes origin + factor · (s − origin), cut off to 0...255, its fraction dropped.
  void (*blend)(uint8_t *bytes, ptrdiff_t samples, float origin, float factor);

  /// The same with the pixel's own luma as the origin.
  void (*saturate)(uint8_t *pixels, ptrdiff_t count, float factor);

  /// The luma in all three channels.
  void (*turn_grey)(uint8_t *pixels, ptrdiff_t count);

  /// Hues moved on by `turn` of 255ths of the circle, by Pillow's 8-bit hue, saturation and value. Bit h of `rounded_down`
  /// says that Pillow takes a hue of exactly h for h − 1.
  void (*turn_hue)(uint8_t *pixels, ptrdiff_t count, int32_t turn, const uint32_t rounded_down[_Nonnull 8]);

  /// A row blurred across: `padded` has 3 · reach more samples at each end, the result 6 bits behind the point.
  /// weights[0] is the middle's and weights[d] that of distance d, in 2⁻¹⁵; all are at most 32767.
  void (*blur_across)(const uint8_t *padded, ptrdiff_t samples, const int16_t *weights, ptrdiff_t reach, int16_t *to);

  /// A row of the result out of 2 · reach + 1 such rows, the middle one at `rows[reach]`.
  void (*blur_down)(const int16_t *_Nonnull const *_Nonnull rows, ptrdiff_t samples, const int16_t *weights,
                    ptrdiff_t reach, uint8_t *to);

  /// Samples as floats, sample · scale[channel] + offset[channel].
  void (*to_floats)(const uint8_t *pixels, ptrdiff_t count, const float scale[_Nonnull 3],
                    const float offset[_Nonnull 3], float *to);
} ck_pixel_table;

/// The variant in use, or by name as `ck_find` does.
const ck_pixel_table *ck_pixels(void);
const ck_pixel_table *_Nullable ck_find_pixels(const char *_Nullable name);

#pragma clang assume_nonnull end
#endif
