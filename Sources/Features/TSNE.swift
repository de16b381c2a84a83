import CSiamKernels
import SiamTensors

extension Embedding {
  /// t-SNE's choices, as scikit-learn and openTSNE make them.
  private enum Choice {
    static let perplexity = 30.0
    static let exaggeration: Float = 12
    static let (earlySteps, steps) = (250, 750)
    static let (earlyMomentum, momentum): (Float, Float) = (0.5, 0.8)
  }

  /// t-SNE of the vectors by cosine similarity: what is near stays near.
  ///
  /// It begins with the principal components, so that it is a function of the vectors alone. All pairs repel each other,
  /// without the approximation by a tree.
  ///
  /// Complexity: 750 · N² pairs; seconds for some thousand vectors.
  /// Source: van der Maaten, Hinton (2008); learning rate: Belkina et al. (2019); start: Kobak, Berens (2019).
  /// - Parameter progress: called with the share done, 0...1; may throw to stop.
  /// - Throws: `FeatureError` for vectors that are not finite, and what `progress` throws.
  package init(
    tSNEOf table: FeatureTable, from start: Embedding? = nil, progress: (Double) throws -> Void = { _ in }
  ) throws {
    let start = start ?? Embedding(principalComponentsOf: table)
    precondition(start.count == table.count, "\(start.count) points for \(table.count) vectors")
    guard table.count > 4 else {
      self = start
      return
    }
    let perplexity = min(Choice.perplexity, Double(table.count - 1) / 3)
    let neighbours = try NearestNeighbours(
      of: table, in: table, k: Int(3 * perplexity), excludingSelf: true)
    var descent = Descent(start, NeighbourAffinities(neighbours, perplexity: perplexity))
    for step in 0..<Choice.steps {
      let isEarly = step < Choice.earlySteps
      descent.advance(
        exaggeration: isEarly ? Choice.exaggeration : 1,
        momentum: isEarly ? Choice.earlyMomentum : Choice.momentum)
      try progress(Double(step + 1) / Double(Choice.steps))
    }
    self = descent.points
  }

  /// Gradient descent with momentum and a gain for each coordinate.
  private struct Descent {
    private let affinities: NeighbourAffinities
    private let count: Int
    private let rate: Float
    /// x and then y, each filled up to a multiple of 16 with places far away.
    private var places: [[Float]]
    private var velocity, gains: [[Float]]

    init(_ start: Embedding, _ affinities: NeighbourAffinities) {
      self.affinities = affinities
      count = start.count
      rate = max(Float(count) / Choice.exaggeration / 4, 50)
      let square = start.x.reduce(0.0) { $0 + Double($1) * Double($1) }
      let scale = Float(1e-4 / max(1e-12, (square / Double(count)).squareRoot()))
      let padding = [Float](repeating: 1e18, count: (16 - count % 16) % 16)
      places = [start.x, start.y].map { $0.map { $0 * scale } + padding }
      velocity = [[Float]](repeating: [Float](repeating: 0, count: count), count: 2)
      gains = [[Float]](repeating: [Float](repeating: 1, count: count), count: 2)
    }

    var points: Embedding { Embedding(x: Array(places[0].prefix(count)), y: Array(places[1].prefix(count))) }

    mutating func advance(exaggeration: Float, momentum: Float) {
      let block = 64
      let (x, y, count, affinities) = (places[0], places[1], self.count, affinities)
      let parts = parallelMap((count + block - 1) / block) { index in
        Forces(x, y, index * block..<min((index + 1) * block, count), affinities)
      }
      // Summed in the order of the parts, so that threads change nothing.
      let total = Float(parts.reduce(0) { $0 + $1.sum })
      for axis in 0..<2 {
        var row = 0
        for part in parts {
          for (pull, push) in zip(part.pulls[axis], part.pushes[axis]) {
            let gradient = 4 * (exaggeration * pull - push / total)
            let agrees = gradient * velocity[axis][row] > 0
            let gain = max(0.01, agrees ? gains[axis][row] * 0.8 : gains[axis][row] + 0.2)
            gains[axis][row] = gain
            velocity[axis][row] = momentum * velocity[axis][row] - rate * gain * gradient
            places[axis][row] += velocity[axis][row]
            row += 1
          }
        }
      }
    }
  }

  /// The forces on some of the points.
  private struct Forces: Sendable {
    /// By axis, a number for each point.
    var pulls, pushes: [[Float]]
    /// The sum of q over their pairs.
    let sum: Double

    init(_ x: [Float], _ y: [Float], _ range: Range<Int>, _ affinities: NeighbourAffinities) {
      let none = [Float](repeating: 0, count: range.count)
      var (pullX, pullY, pushX, pushY) = (none, none, none, none)
      let kernels = unsafe ck_kernels()
      sum = unsafe kernels.pointee.repel(
        x, y, x.count, range.lowerBound, range.upperBound, &pushX, &pushY)
      unsafe kernels.pointee.attract(
        x, y, affinities.starts, affinities.columns, affinities.values, range.lowerBound, range.upperBound,
        &pullX, &pullY)
      (pulls, pushes) = ([pullX, pullY], [pushX, pushY])
    }
  }
}
