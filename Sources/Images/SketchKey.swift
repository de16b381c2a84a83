import Glibc

extension PictureSketch {
  /// The sketch's coarse shapes as a point: the distance of two keys is at most `sqrt(2 * difference)`.
  ///
  /// The samples, each channel around its mean and all of them scaled to length 1, lie `sqrt(2 * difference)` apart. The
  /// key is a part of their coordinates on other axes at right angles: low frequencies of the cosine transform (DCT-II)
  /// of red + green + blue and, fewer, of the two colours across it.
  ///
  /// - Precondition: the sketch is not faint.
  package var key: [Float] {
    precondition(energy > 0, "a sketch of a single colour has no key")
    let scale = (Float(Self.places) / Float(energy)).squareRoot()
    var key: [Float] = []
    key.reserveCapacity(Self.keyLength)
    for (axis, waves) in zip(Self.axes, [Self.lightWaves, Self.chromaWaves, Self.chromaWaves]) {
      var plane = [Float](repeating: 0, count: Self.places)
      for channel in 0..<3 {
        let mean = Float(sums[channel]) / Float(Self.places)
        for place in 0..<Self.places {
          plane[place] += axis[channel] * (Float(samples[channel * Self.places + place]) - mean)
        }
      }
      for wave in waves {
        var sum: Float = 0
        for place in 0..<Self.places { sum += wave[place] * plane[place] }
        key.append(sum * scale)
      }
    }
    return key
  }

  /// Numbers in a key.
  package static let keyLength = lightWaves.count + 2 * chromaWaves.count

  /// Red + green + blue, red - blue, red - 2 green + blue, each of length 1.
  private static let axes: [[Float]] = [
    [0.577_350_27, 0.577_350_27, 0.577_350_27], [0.707_106_77, 0, -0.707_106_77],
    [0.408_248_3, -0.816_496_6, 0.408_248_3],
  ]
  private static let lightWaves = waves(through: 4)
  private static let chromaWaves = waves(through: 1)

  /// The shapes of length 1 whose two frequencies add up to at most `highest`, without the mean.
  private static func waves(through highest: Int) -> [[Float]] {
    let cosines = (0...highest).map { frequency in
      let length = (Double(frequency == 0 ? 1 : 2) / Double(side)).squareRoot()
      let step = Double.pi * Double(frequency) / Double(2 * side)
      return (0..<side).map { place in length * cos(step * Double(2 * place + 1)) }
    }
    let frequencies = (1...highest).flatMap { sum in (0...sum).map { (down: $0, across: sum - $0) } }
    return frequencies.map { down, across in
      (0..<places).map { Float(cosines[down][$0 / side] * cosines[across][$0 % side]) }
    }
  }
}
