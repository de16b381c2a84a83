import SiamImages

extension Image {
  /// Lets a kernel change the pixels in place: `change` gets the address of the first sample and the number of pixels,
  /// width x height.
  mutating func changePixels(_ change: (UnsafeMutablePointer<UInt8>, Int) -> Void) {
    unsafe pixels.withUnsafeMutableBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      unsafe change(base, pixels.count / 3)
    }
  }
}
