// The inner loops that need vector instructions, in one table for each instruction set.
//
// A kernel works on memory that the caller owns, allocates nothing and starts no thread. To add one, declare it in
// kernels.inc and write its body in a file of loops/: the compiler refuses one without the other.
#ifndef C_KERNELS_H
#define C_KERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Columns of a packed weight panel: one 512-bit register, two of 256 bits, four of 128.
#define CK_PANEL 16
/// Columns of a packed panel of doubles.
#define CK_DOUBLE_PANEL 8

/// A grid of patches, read in place from a channels-last image with its border already added.
///
/// The patch of output (y, x) is `runs` runs of `length` floats: run r starts at
/// `input + y * row_step + x * pixel_step + r * run_step`. A matrix is the grid of one row whose patches are its rows.
typedef struct {
  const float *input;
  ptrdiff_t rows, columns;
  ptrdiff_t row_step, pixel_step;
  ptrdiff_t runs, length, run_step;
} ck_patches;

/// How the largest similarities are chosen: those that can be among the k largest if each is off by margin / 2.
typedef struct {
  /// How many are wanted, and how many may stay when more are within the margin: of those the largest, then the first.
  ptrdiff_t k, most;
  /// The capacity of a query's candidates, at least most + 32.
  ptrdiff_t room;
  float margin;
} ck_selection;

/// The candidates of one query, in the order of the bank.
typedef struct {
  /// Similarities as integers that sort like them, and the rows they belong to; `ck_selection.room` elements each.
  int32_t *keys;
  uint32_t *rows;
  ptrdiff_t count;
  /// How many there have to be before they are pruned; at most room − 32.
  ptrdiff_t full;
  /// A row that is no candidate, such as the query's own; UINT32_MAX for none.
  uint32_t except;
} ck_candidates;

/// One step of Adam (Kingma, Ba 2015), the same for all values.
typedef struct {
  /// The learning rate divided by 1 − β₁ᵗ, β₁, β₂, and √(1 − β₂ᵗ).
  float rate, decay1, decay2, root, epsilon;
} ck_adam_step;

/// The weights that make one axis of `outputs` samples: output i is the sum over its `taps` inputs from `starts[i]` on,
/// weighted by `weights[i * taps...]` in units of 2⁻²², rounded and cut off to 8 bits. The magnitudes of an output's weights
/// sum to less than 2.
typedef struct {
  const int32_t *starts;
  const int32_t *weights;
  ptrdiff_t taps, outputs;
} ck_filter;

/// Bytes of scratch that `resample_across` needs for `columns` pixels of input.
static inline ptrdiff_t ck_resample_scratch(ptrdiff_t columns, ptrdiff_t outputs) {
  return 16 * (3 * (columns + outputs) + 32);
}

#pragma clang assume_nonnull end

/// The kernels of one variant.
typedef struct {
  /// "avx512", "avx2", "plain" or "narrow".
  const char *_Nonnull name;
#define KERNEL(result, name, ...) result (*name)(__VA_ARGS__);
#include "../kernels.inc"
#undef KERNEL
} ck_table;

#pragma clang assume_nonnull begin

/// The kernels in use: the best variant for this processor, or the one that the environment variable SIAM_KERNELS
/// names. Chosen at the first call.
const ck_table *ck_kernels(void);

/// A variant by name, or the best for null; null where this processor or this build lacks it. It changes nothing, so a
/// test compares variants while other code runs on the chosen one.
const ck_table *_Nullable ck_find(const char *_Nullable name);

/// The name of a variant that this processor and this build have, the best first: "avx512", "avx2", "plain", and in
/// debug builds "narrow"; null behind the last.
const char *_Nullable ck_variant_name(ptrdiff_t index);

/// Packs the (depth, channels) matrix `weights(k, c) = source[k * row_step + c * column_step]` into panels
/// [channel / 16][k][16], the last one filled up with zeros.
void ck_pack(const float *source, ptrdiff_t depth, ptrdiff_t channels, ptrdiff_t row_step, ptrdiff_t column_step,
             float *panels);

/// Makes the C library keep freed blocks of up to 8 MiB, and up to 64 MiB in all, for the next allocation.
void ck_keep_freed_memory(void);

/// Gives what the C library keeps of freed memory back to the system, as far as it can.
void ck_release_freed_memory(void);

/// Says what this thread is about to use memory for, such as "decoding a/1.jpg"; cut to 399 bytes. Nothing for "".
void ck_set_purpose(const char *purpose);

/// The same for the whole program: what holds for threads that have said nothing. One thread calls it at a time.
void ck_set_stage(const char *stage);

/// From now on memory that the system refuses ends the program with exit code 70. For programs, never for libraries.
void ck_end_without_memory(const char *program);

/// Ends the program with one line on standard error, which names the bytes that the system refused and the purpose.
_Noreturn void ck_refuse_memory(size_t bytes);

/// The processors that are online, and those of them that this process's CPU affinity allows; at least 1.
ptrdiff_t ck_online_processors(void);
ptrdiff_t ck_allowed_processors(void);

#pragma clang assume_nonnull end
#endif
