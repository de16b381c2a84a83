import Glibc

/// How bright, varied and sharp an image is: what tells photographs that failed.
///
/// Brightness and variety are measured on rows spread over the image, of some 262,144 pixels at most.
package struct Appearance: Sendable, Equatable {
  /// The brightness that 99 % of the pixels, or 5 %, do not exceed, 0...1: √(0.241 R² + 0.691 G² + 0.068 B²).
  package let highlights, shadows: Double
  /// The mean entropy of the three channels, in bits a sample, 0...8.
  package let entropy: Double
  /// The standard deviation of the Laplacian over that of the grey levels, the longer side reduced to 256 pixels; nil for
  /// an image of a single grey, or too small.
  ///
  /// About 0.5 and more for photographs; a Gaussian blur of 1 % of the longer side leaves less than 0.1.
  package let sharpness: Double?

  private static let (mostPixels, longerSide) = (262_144, 256)

  package init(_ image: Image) {
    let tones = Tones(image, every: max(1, image.width * image.height / Self.mostPixels))
    (highlights, shadows, entropy) = (tones.brightness(0.99), tones.brightness(0.05), tones.entropy)
    let factor = Double(max(image.width, image.height)) / Double(Self.longerSide)
    func reduced(_ side: Int) -> Int { max(1, Int((Double(side) / factor).rounded())) }
    sharpness = Self.sharpness(
      factor > 1 ? image.resized(to: reduced(image.width), reduced(image.height)) : image)
  }

  private static func sharpness(_ image: Image) -> Double? {
    let (width, height) = (image.width, image.height)
    guard width > 2, height > 2 else { return nil }
    var image = image
    image.turnGrey()
    let pixels = image.pixels.span
    let grey = (0..<width * height).map { Int(pixels[3 * $0]) }
    var (levels, edges) = (Spread(), Spread())
    for level in grey { levels.add(level) }
    for y in 1..<height - 1 {
      let (above, row, below) = (
        grey.span.extracting((y - 1) * width..<y * width), grey.span.extracting(y * width..<(y + 1) * width),
        grey.span.extracting((y + 1) * width..<(y + 2) * width)
      )
      for x in 1..<width - 1 { edges.add(4 * row[x] - row[x - 1] - row[x + 1] - above[x] - below[x]) }
    }
    return levels.deviation > 1 ? edges.deviation / levels.deviation : nil
  }
}

/// The histograms of some rows of an image.
private struct Tones {
  private var red = [Int](repeating: 0, count: 256)
  private var green = [Int](repeating: 0, count: 256)
  private var blue = [Int](repeating: 0, count: 256)
  /// Of 1,000 · 255² · brightness², in steps of 2¹⁶.
  private var squares = [Int](repeating: 0, count: (Self.white >> 16) + 1)
  private static let white = 1000 * 255 * 255
  private var count = 0

  init(_ image: Image, every step: Int) {
    let pixels = image.pixels.span
    for y in stride(from: 0, to: image.height, by: step) {
      let row = pixels.extracting(3 * image.width * y..<3 * image.width * (y + 1))
      for at in stride(from: 0, to: row.count, by: 3) {
        let (r, g, b) = (Int(row[at]), Int(row[at + 1]), Int(row[at + 2]))
        red[r] += 1
        green[g] += 1
        blue[b] += 1
        squares[(241 * r * r + 691 * g * g + 68 * b * b) >> 16] += 1
      }
      count += image.width
    }
  }

  /// The brightness that a share of the pixels does not exceed.
  func brightness(_ share: Double) -> Double {
    var below = 0
    for (step, pixels) in squares.enumerated() {
      below += pixels
      if Double(below) >= share * Double(count) {
        let middle = (Double(step) + 0.5) * 65536 / Double(Self.white)
        // Black and white are exactly 0 and 1.
        return step == 0 ? 0 : min(1, step == squares.count - 1 ? 1 : middle.squareRoot())
      }
    }
    return 1
  }

  var entropy: Double {
    [red, green, blue].reduce(0) { sum, histogram in
      sum - histogram.reduce(0) { $1 == 0 ? $0 : $0 + share($1) * log2(share($1)) } / 3
    }
  }

  private func share(_ pixels: Int) -> Double { Double(pixels) / Double(count) }
}

/// The spread of some integers about their mean.
private struct Spread {
  private var (count, sum, squares) = (0, 0, 0)

  mutating func add(_ value: Int) {
    count += 1
    sum += value
    squares += value * value
  }

  var deviation: Double {
    let (n, sum) = (Double(max(1, count)), Double(sum))
    return max(0, Double(squares) / n - sum * sum / (n * n)).squareRoot()
  }
}
