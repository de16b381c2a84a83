package import SiamDatasets
package import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// Principal components of a network's map, whitened most of the way: with as many numbers as an average they tell several
/// points more by k-NN, of a trained network and of an untrained one.
///
/// Side, number and exponent were chosen on training images held out: `docs/accuracy.md`.
extension NetworkEncoder {
  /// The cells along each side of the map, and how many components are kept of it.
  static let side = 2
  private static let most = 128
  /// How far they are whitened: 0 not at all, 1 to equal variance.
  private static let exponent = 0.75
  /// Images that they are fitted to, at most.
  private static let images = 8192

  /// The components of the map over some of a store's images; nil for fewer than three images.
  ///
  /// - Throws: `ImageError`, and what `progress` throws.
  package func fittedComponents(
    to store: ImageStore, progress: (Int) throws -> Void = { _ in }
  ) throws -> PrincipalComponents? {
    var generator = CounterGenerator(configuration.seed, 0x636F_6D70)
    let indices = chosen(min(Self.images, store.count), of: store.count, using: &generator)
    let images = ImageSubset(store, indices).present
    let rows = try features(of: images, readOuts: [.map(side: Self.side)], progress: progress)[0]
    let width = Self.side * Self.side * dimension
    let table = images.table(rows)
    guard table.count > 2, table.firstRowNotFinite == nil else { return nil }
    var moments = FeatureMoments(dimension: width)
    moments.add(Tensor([table.count, width], table.vectors))
    return PrincipalComponents(min(Self.most, width, table.count - 1), of: moments)
  }

  /// The read-out of the map that the components are taken of, where one of `readOuts` needs it.
  func underlying(_ readOut: ReadOut) -> ReadOut {
    readOut == .components && components != nil ? .map(side: Self.side) : readOut
  }

  /// Makes components of the rows of a map.
  func finished(_ rows: [Float], as readOut: ReadOut) -> [Float] {
    guard readOut == .components, let components else { return rows }
    let width = components.mean.count
    return components.applied(to: Tensor([rows.count / width, width], rows), exponent: Self.exponent).values
  }

}

/// Principal components by name, as files hold them.
extension PrincipalComponents {
  func add(to file: inout Safetensors) {
    file.add("components.mean", [mean.count], mean)
    file.add("components.directions", directions.shape, directions.values)
    file.add("components.variances", [variances.count], variances)
  }

  /// - Parameter length: that of the vectors they were fitted to.
  /// - Throws: `SafetensorsError` if the file holds something else.
  init(_ file: Safetensors, of length: Int) throws(SafetensorsError) {
    let count = file.entry("components.directions")?.shape.first ?? 0
    self.init(
      mean: try file.values(of: "components.mean", shape: [length]),
      directions: Tensor(
        [count, length],
        try file.values(of: "components.directions", shape: [count, length]) as [Float]),
      variances: try file.values(of: "components.variances", shape: [count]))
  }
}
