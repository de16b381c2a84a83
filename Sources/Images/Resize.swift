import CSiamKernels

extension Image {
  /// The image resized to `width` x `height` pixels.
  ///
  /// - Precondition: `width` and `height` are at least 1.
  package func resized(to width: Int, _ height: Int) -> Image {
    resized(cropping: bounds, to: width, height)
  }

  /// A box of the image resized to `width` x `height` pixels: byte for byte what Pillow's
  /// `crop(box).resize((width, height), BILINEAR)` gives, or `BICUBIC`.
  ///
  /// Each axis has a filter as wide as the larger of a source pixel and a result pixel, in 8.22 fixed point: first along rows,
  /// rounded to 8 bits, then along columns. An axis that keeps its size is not filtered.
  ///
  /// Source: Pillow, `src/libImaging/Resample.c`.
  /// - Parameter window: the part of the result that is wanted; nil for all.
  /// - Precondition: `box` is not empty and inside the image, `window` inside the result; `width` and `height` are at least 1.
  /// - Complexity: O(3 · (box.height · width · taps + width · height · taps)), taps = 2 · max(1, shrinking factor), or twice
  ///   as many; for a window that of its own pixels.
  package func resized(
    cropping box: Rectangle, to width: Int, _ height: Int, by interpolation: Interpolation = .bilinear,
    showing window: Rectangle? = nil
  ) -> Image {
    check(box)
    precondition(width > 0 && height > 0, "an image resized to \(width)×\(height)")
    let window = window ?? Rectangle(x: 0, y: 0, width: width, height: height)
    precondition(window.fits(width: width, height: height), "\(window) of \(width)×\(height)")
    let down =
      box.height == height
      ? nil : ResamplingFilter(from: box.height, to: height, by: interpolation, showing: window.rows)
    let rows = down?.inputs ?? window.rows
    var strip = Rectangle(
      x: box.x + window.x, y: box.y + rows.lowerBound, width: window.width, height: rows.count)
    let narrow: Image
    if box.width == width {
      narrow = cropped(to: strip)
    } else {
      let across = ResamplingFilter(from: box.width, to: width, by: interpolation, showing: window.columns)
      (strip.x, strip.width) = (box.x + across.inputs.lowerBound, across.inputs.count)
      narrow = narrowed(strip, by: across)
    }
    guard let down else { return narrow }

    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: 3 * window.width * window.height) {
      result, count in
      unsafe down.withKernel { filter in
        guard let to = result.baseAddress else { return }
        unsafe ck_kernels().pointee.resample_down(filter, narrow.pixels, 3 * window.width, to)
      }
      count = 3 * window.width * window.height
    }
    return Image(width: window.width, height: window.height, pixels: pixels)
  }

  /// The rows of a box resampled across.
  private func narrowed(_ box: Rectangle, by across: ResamplingFilter) -> Image {
    let width = across.starts.count
    var scratch = unsafe [UInt8](unsafeUninitializedCapacity: ck_resample_scratch(box.width, width)) {
      $1 = $0.count
    }
    let narrow = unsafe [UInt8](unsafeUninitializedCapacity: 3 * width * box.height) { result, count in
      unsafe across.withKernel { filter in
        unsafe pixels.withUnsafeBufferPointer { from in
          guard let to = result.baseAddress, let from = from.baseAddress else { return }
          unsafe ck_kernels().pointee.resample_across(
            filter, from + 3 * (box.y * self.width + box.x), 3 * self.width, box.height, box.width, &scratch,
            to)
        }
      }
      count = 3 * width * box.height
    }
    return Image(width: width, height: box.height, pixels: narrow)
  }
}
