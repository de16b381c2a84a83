import Glibc
import SiamDatasets
import SiamFeatures
package import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// Encoders side by side: the features of all of them, each of length 1, so that a cosine is the mean of theirs.
extension TrainedEncoder {
  /// The length of a network's part beside patch features, whose length is 1: a half up to 400,000 images seen, 0.8 from two million
  /// on, in between by their logarithm.
  ///
  /// On held-out training pictures of CIFAR-10 a half was best, or level with the best, for 11,000 images of 25 epochs, and
  /// 0.8 for 50,000 of 44; on photographs of clothing a half for 3,000 of 40.
  static func networkShare(imagesSeen: Int) -> Float {
    let (few, many) = (400_000.0, 2_000_000.0)
    let growth = log(Double(max(1, imagesSeen)) / few) / log(many / few)
    return 0.5 + 0.3 * Float(min(1, max(0, growth)))
  }

  /// The length of this encoder's part beside others.
  var share: Float {
    guard case .network(let network) = body else { return 1 }
    return Self.networkShare(imagesSeen: network.imagesSeen ?? 0)
  }
  static let joinedFormat = "siam joined encoder 1"

  /// The encoder whose features are those of several: each by its preferred read-out.
  ///
  /// - Parameter configuration: that of the training which made all of them; nil takes that of the largest views.
  /// - Throws: `CheckpointError.malformed` for fewer than two.
  /// - Precondition: at least one.
  package static func joining(
    _ encoders: [TrainedEncoder], as configuration: TrainingConfiguration? = nil
  ) throws(CheckpointError) -> TrainedEncoder {
    let parts = encoders.flatMap { encoder -> [TrainedEncoder] in
      if case .joined(let parts) = encoder.body { parts } else { [encoder] }
    }
    // Images are read as a framing or the largest views need them.
    func need(_ part: TrainedEncoder) -> (Int, Int) {
      (part.configuration.framing == nil ? 0 : 1, part.configuration.encoder.size)
    }
    guard parts.count > 1, let largest = parts.max(by: { need($0) < need($1) })
    else { throw .malformed(path: "", reason: "one encoder alone is joined with nothing") }
    return TrainedEncoder(configuration ?? largest.configuration, .joined(parts))
  }

  /// Patch features, and the network that was trained beside them.
  func joined(with network: TrainedEncoder, as configuration: TrainingConfiguration) -> TrainedEncoder {
    TrainedEncoder(configuration, .joined([self, network]))
  }

  /// The features of some images for each read-out: (N, the sum of the parts' dimensions), or (N, that of a part).
  static func joinedFeatures(
    of images: ImageSubset, by parts: [TrainedEncoder], readOuts: [ReadOut], progress: (Int) throws -> Void
  ) throws -> [[Float]] {
    let all = try parts.enumerated().map { index, part in
      let features = try part.features(of: images, readOuts: [part.preferred]) { done in
        try progress((index * images.count + done) / parts.count)
      }
      return (
        values: unitRows(features[0], dimension: part.dimension, length: part.share), each: part.dimension
      )
    }
    return readOuts.map { readOut in
      if case .part(let index, _) = readOut { all[index].values } else { behindOneAnother(all, images.count) }
    }
  }

  /// Row by row the parts' values, one after the other.
  private static func behindOneAnother(_ all: [(values: [Float], each: Int)], _ rows: Int) -> [Float] {
    var joined: [Float] = []
    joined.reserveCapacity(all.reduce(0) { $0 + $1.values.count })
    for row in 0..<rows {
      for part in all { joined += part.values[row * part.each..<(row + 1) * part.each] }
    }
    return joined
  }

  /// Rows of one length; a row of zeros stays one.
  private static func unitRows(_ values: [Float], dimension: Int, length: Float) -> [Float] {
    var result = values
    var all = result.mutableSpan
    for start in stride(from: 0, to: values.count, by: dimension) {
      var square = 0.0
      for index in start..<start + dimension { square += Double(all[index]) * Double(all[index]) }
      let scale = square > 0 ? length / Float(square.squareRoot()) : 0
      for index in start..<start + dimension { all[index] *= scale }
    }
    return result
  }

  /// A file that holds each part's file.
  static func file(joining parts: [TrainedEncoder], as configuration: TrainingConfiguration) -> Safetensors {
    var file = Safetensors(
      metadata: ["format": joinedFormat, "parts": "\(parts.count)", "configuration": configuration.json])
    for (index, part) in parts.enumerated() {
      let bytes = part.encoded
      file.add("parts.\(index)", [bytes.count], bytes)
    }
    return file
  }

  static func parts(of file: Safetensors, path: String) throws(CheckpointError) -> [TrainedEncoder] {
    guard let count = file.metadata["parts"].flatMap({ Int($0) }), (2...64).contains(count) else {
      throw .malformed(path: path, reason: "not encoders that were joined")
    }
    var parts: [TrainedEncoder] = []
    for index in 0..<count {
      guard let bytes: [UInt8] = file.values(of: "parts.\(index)") else {
        throw .malformed(path: path, reason: "encoder \(index) of \(count) is missing")
      }
      let part: Safetensors
      do throws(SafetensorsError) {
        part = try Safetensors(bytes, path: path, requiringChecksum: true)
      } catch { throw .file(error) }
      guard part.metadata["format"] != joinedFormat else {
        throw .malformed(path: path, reason: "joined encoders within joined encoders")
      }
      parts.append(try TrainedEncoder(part, path: path))
    }
    return parts
  }
}
