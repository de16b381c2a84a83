import CSiamKernels

extension Image {
  /// Lets a kernel change the pixels in place: `change` gets the address of the first sample and the number of pixels,
  /// width x height.
  package mutating func changePixels(_ change: (UnsafeMutablePointer<UInt8>, Int) -> Void) {
    unsafe pixels.withUnsafeMutableBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      unsafe change(base, pixels.count / 3)
    }
  }

  /// Sets all three channels to the luma: ITU-R 601-2 in 16-bit fixed point, as Pillow's `convert('L')`.
  package mutating func turnGrey() {
    unsafe changePixels { pixels, count in unsafe ck_kernels().pointee.convert_to_grey(pixels, count) }
  }
}
