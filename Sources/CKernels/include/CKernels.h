// The inner loops that need vector instructions. Every function works on memory the caller owns, allocates
// nothing and starts no thread. The variant for this processor is chosen once, at the first call.
#ifndef C_KERNELS_H
#define C_KERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CMaps.h"
#include "CPixels.h"

#pragma clang assume_nonnull begin

/// Columns of a packed weight panel: one 512-bit register, two of 256 bits, four of 128.
#define CK_PANEL 16

/// A grid of patches, read in place from a channels-last picture with its border already added.
///
/// The patch of output (y, x) is `runs` runs of `length` floats: run r starts at
/// `input + y * row_step + x * pixel_step + r * run_step`. A matrix is the grid of one row whose patches are its rows.
typedef struct {
  const float *input;
  ptrdiff_t rows, columns;
  ptrdiff_t row_step, pixel_step;
  ptrdiff_t runs, length, run_step;
} ck_patches;

/// output(y, x, c) = Σₖ patch(y, x)ₖ · weights(k, c) + bias(c), with weights as `ck_pack` lays them out.
/// `output` steps by `out_row` and `out_pixel` floats.
void ck_multiply(const ck_patches *patches, const float *panels, ptrdiff_t channels, const float *_Nullable bias,
                 float *output, ptrdiff_t out_row, ptrdiff_t out_pixel);

/// sums(k, c) += Σ over the grid of patch(y, x)ₖ · dy(y, x, c), for k in [from, to): the gradient of the weights.
/// dy's pixels are `channels` floats apart; the rows of `sums` too.
void ck_accumulate_outer(const ck_patches *patches, ptrdiff_t from, ptrdiff_t to, const float *dy, ptrdiff_t dy_row,
                         ptrdiff_t channels, float *sums);

/// Mean and sum of squared deviations of each channel over `pixels` pixels of `channels` floats.
void ck_channel_statistics(const float *x, ptrdiff_t pixels, ptrdiff_t channels, float *mean, float *deviation);

/// y = x · scale + shift, plus `residual` · residual_scale where there is one, then max(0, ·) if `relu`; a plain copy of
/// x where `scale` is null. From a picture of `rows` rows into one whose rows are `y_row` floats apart; `also`, a
/// picture like x, receives the same where it and `scale` are not null.
void ck_place(const float *x, const float *_Nullable residual, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
              const float *_Nullable scale, const float *_Nullable shift, const float *_Nullable residual_scale,
              bool relu, float *y, ptrdiff_t y_row, float *_Nullable also);

/// Batch normalisation's gradient, dx = a · dy + b · x + c by channel, into rows `dx_row` floats apart.
void ck_place_gradient(const float *dy, const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
                       const float *a, const float *b, const float *c, float *dx, ptrdiff_t dx_row);

/// What batch normalisation's backward needs to know of g = dy, plus `more` where there is one: Σ g and
/// Σ g · (x − mean) by channel. Behind a ReLU g counts only where the output was positive: `y` is that output; or, where
/// y is null and `scale` is not, x · scale + shift is. `counted` receives the g that counted, if it is not null; it may
/// be dy.
void ck_gradient_sums(const float *dy, const float *_Nullable more, const float *_Nullable y, const float *x,
                      ptrdiff_t pixels, ptrdiff_t channels, const float *mean, const float *_Nullable scale,
                      const float *_Nullable shift, float *sum, float *product, float *_Nullable counted);

/// y += x, n floats.
void ck_add(const float *x, ptrdiff_t n, float *y);

/// velocity = momentum · velocity + (gradient + decay · value); value −= rate · velocity.
void ck_sgd(float *value, const float *gradient, float *velocity, ptrdiff_t n, float rate, float momentum,
            float decay);

/// Winograd's transforms for 3x3 convolutions of stride 1, in tiles of 4x4 outputs (Lavin, Gray 2016): multiplied at
/// each of 36 positions, transformed inputs and weights give transformed outputs. A tile's numbers at a position lie at
/// `position * step + tile * channels`, tiles row by row; channels are a multiple of 16.
///
/// The inputs of `rows` by `columns` tiles: `x` is the corner of the first 6x6 tile, with the border before it.
void ck_winograd_input(const float *x, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels, float *v,
                       ptrdiff_t step);
/// The outputs of as many tiles as `height` rows and `width` columns need.
void ck_winograd_output(const float *m, ptrdiff_t step, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, float *y,
                        ptrdiff_t y_row);
/// The way back through `ck_winograd_output`: the gradients of the products. dy has zeros past the picture's edges.
void ck_winograd_gradient(const float *dy, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t channels,
                          float *m, ptrdiff_t step);
/// The weights, n at each of 3x3 taps, to n at each of 36 positions; n is a multiple of 16, taps and positions are
/// `g_step` and `u_step` floats apart.
void ck_winograd_weights(const float *g, ptrdiff_t g_step, ptrdiff_t n, float *u, ptrdiff_t u_step);
/// The way back through `ck_winograd_weights`.
void ck_winograd_weights_gradient(const float *du, ptrdiff_t du_step, ptrdiff_t n, float *dg, ptrdiff_t dg_step);

/// `rounds` of independent multiply-adds, as fast as the processor can; returns how many, counted in floats. For
/// measuring what a kernel could reach at most.
double ck_multiply_adds(ptrdiff_t rounds, float *sink);

/// sums(i, j) = Σₖ x(i, k) · y(j, k), added to what is there if `adds`: whole numbers of 16 bits, `2 · pairs` a row. Those
/// of y lie in panels of 16 rows, [row / 16][k / 2][16][2]; `columns`, a multiple of 16, is how many rows y has. Neither a
/// sum nor any part of it may leave 32 bits.
void ck_multiply_whole(const int16_t *x, ptrdiff_t rows, ptrdiff_t pairs, const int16_t *panels, ptrdiff_t columns,
                       bool adds, int32_t *sums);

/// How the largest similarities are chosen: those that can be among the k largest if each is off by margin / 2.
typedef struct {
  /// How many are wanted, and how many may stay when more are within the margin: of those the largest, then the first.
  ptrdiff_t k, most;
  /// The room for a query's candidates, at least most + 32.
  ptrdiff_t room;
  float margin;
} ck_selection;

/// The candidates of one query, in the order of the bank.
typedef struct {
  /// Similarities as integers that sort like them, and the rows they belong to; room for `ck_selection.room` each.
  int32_t *keys;
  uint32_t *rows;
  ptrdiff_t count;
  /// How many there have to be before they are pruned; at most room − 32.
  ptrdiff_t full;
  /// A row that is no candidate, such as the query's own; UINT32_MAX for none.
  uint32_t except;
} ck_candidates;

/// Adds to each query's candidates those of a run of rows that are not below its limit, which only rises.
///
/// The similarities are product · query_step · row_step + row_shift, none of them a NaN. The products are (queries,
/// columns), their rows, and the steps and shifts of the bank's, filled up to a multiple of 16; the run's first row is
/// `first`, behind all before.
void ck_select(const int32_t *products, ptrdiff_t queries, ptrdiff_t columns, const float *query_steps,
               const float *row_steps, const float *row_shifts, uint32_t first, const ck_selection *rule,
               ck_candidates *candidates, float *limits);

/// Leaves of one query's candidates what can still be among the k largest.
void ck_prune(const ck_selection *rule, ck_candidates *candidates, float *limit);

/// The products of a query with some rows of a bank, in double precision and in an order that the dimension alone
/// fixes.
void ck_dots(const float *query, const float *bank, ptrdiff_t dimension, const uint32_t *rows, ptrdiff_t count,
             double *products);

/// Packs the (depth, channels) matrix `weights(k, c) = source[k * row_step + c * column_step]` into panels
/// [channel / 16][k][16], the last one filled up with zeros.
void ck_pack(const float *source, ptrdiff_t depth, ptrdiff_t channels, ptrdiff_t row_step, ptrdiff_t column_step,
             float *panels);

/// The variants of the functions for one instruction set, in the order above.
typedef struct {
  const char *name;
  void (*multiply)(const ck_patches *, const float *, ptrdiff_t, const float *_Nullable, float *, ptrdiff_t, ptrdiff_t);
  void (*accumulate_outer)(const ck_patches *, ptrdiff_t, ptrdiff_t, const float *, ptrdiff_t, ptrdiff_t, float *);
  void (*channel_statistics)(const float *, ptrdiff_t, ptrdiff_t, float *, float *);
  void (*place)(const float *, const float *_Nullable, ptrdiff_t, ptrdiff_t, ptrdiff_t, const float *_Nullable,
                const float *_Nullable, const float *_Nullable, bool, float *, ptrdiff_t, float *_Nullable);
  void (*place_gradient)(const float *, const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, const float *, const float *,
                         const float *, float *, ptrdiff_t);
  void (*gradient_sums)(const float *, const float *_Nullable, const float *_Nullable, const float *, ptrdiff_t,
                        ptrdiff_t, const float *, const float *_Nullable, const float *_Nullable, float *, float *,
                        float *_Nullable);
  void (*add)(const float *, ptrdiff_t, float *);
  void (*sgd)(float *, const float *, float *, ptrdiff_t, float, float, float);
  double (*multiply_adds)(ptrdiff_t, float *);
  void (*multiply_whole)(const int16_t *, ptrdiff_t, ptrdiff_t, const int16_t *, ptrdiff_t, bool, int32_t *);
  void (*select)(const int32_t *, ptrdiff_t, ptrdiff_t, const float *, const float *, const float *, uint32_t,
                 const ck_selection *, ck_candidates *, float *);
  void (*prune)(const ck_selection *, ck_candidates *, float *);
  void (*dots)(const float *, const float *, ptrdiff_t, const uint32_t *, ptrdiff_t, double *);
  void (*winograd_input)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t);
  void (*winograd_gradient)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t);
  void (*winograd_output)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t);
  void (*winograd_weights)(const float *, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t);
  void (*winograd_weights_gradient)(const float *, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t);
} ck_table;

/// The names of the variants that this processor and this build have, the best first: "avx512", "avx2", "plain", and in
/// debug builds "narrow"; null behind the last.
const char *_Nullable ck_variant_at(ptrdiff_t index);

/// A variant by name, or the best for null; null where this processor or this build
/// lacks it. Nothing changes by asking, so a test compares variants while other code runs on the chosen one.
const ck_table *_Nullable ck_find(const char *_Nullable name);

/// The variant that the functions above use: the best, or the one that the variable SIAM_KERNELS names.
const char *ck_variant(void);

/// See `keepFreedMemory` in Tensors.
void ck_keep_freed_memory(void);

/// Gives what the C library keeps of freed memory back to the system, as far as it can.
void ck_release_freed_memory(void);

#pragma clang assume_nonnull end
#endif
