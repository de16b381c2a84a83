import Glibc

extension ImageSketch {
  /// The sketch's low frequencies as a point: the distance of two keys is at most `sqrt(2 * difference)`.
  ///
  /// Samples around their channels' means, scaled to length 1, are `sqrt(2 * difference)` apart. The key is some of their
  /// coordinates in another orthonormal basis, hence no farther apart: low frequencies of the cosine transform (DCT-II) of
  /// red + green + blue and, fewer, of two colour differences.
  ///
  /// - Precondition: the sketch is not faint.
  package var key: [Float] {
    precondition(energy > 0, "a sketch of a single colour has no key")
    let scale = (Float(Self.pixelCount) / Float(energy)).squareRoot()
    var key: [Float] = []
    key.reserveCapacity(Self.keyLength)
    for (axis, waves) in zip(Self.axes, [Self.lightWaves, Self.chromaWaves, Self.chromaWaves]) {
      var plane = [Float](repeating: 0, count: Self.pixelCount)
      for channel in 0..<3 {
        let mean = Float(sums[channel]) / Float(Self.pixelCount)
        for pixel in 0..<Self.pixelCount {
          plane[pixel] += axis[channel] * (Float(samples[channel * Self.pixelCount + pixel]) - mean)
        }
      }
      for wave in waves {
        var sum: Float = 0
        for pixel in 0..<Self.pixelCount { sum += wave[pixel] * plane[pixel] }
        key.append(sum * scale)
      }
    }
    return key
  }

  /// The number of coordinates of a key.
  package static let keyLength = lightWaves.count + 2 * chromaWaves.count

  /// Red + green + blue, red - blue, red - 2 green + blue, each scaled to length 1.
  private static let axes: [[Float]] = [
    [0.577_350_27, 0.577_350_27, 0.577_350_27], [0.707_106_77, 0, -0.707_106_77],
    [0.408_248_3, -0.816_496_6, 0.408_248_3],
  ]
  private static let lightWaves = waves(through: 4)
  private static let chromaWaves = waves(through: 1)

  /// The waves of length 1 whose two frequencies sum to at most `highest`, without the constant one.
  private static func waves(through highest: Int) -> [[Float]] {
    let cosines = (0...highest).map { frequency in
      let length = (Double(frequency == 0 ? 1 : 2) / Double(side)).squareRoot()
      let step = Double.pi * Double(frequency) / Double(2 * side)
      return (0..<side).map { x in length * cos(step * Double(2 * x + 1)) }
    }
    let frequencies = (1...highest).flatMap { sum in (0...sum).map { (down: $0, across: sum - $0) } }
    return frequencies.map { down, across in
      (0..<pixelCount).map { Float(cosines[down][$0 / side] * cosines[across][$0 % side]) }
    }
  }
}
