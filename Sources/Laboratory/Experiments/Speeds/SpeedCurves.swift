import Glibc
import SiamDatasets
import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

extension SpeedsExperiment {
  /// One training, looked at every few steps.
  struct SpeedCurves: Encodable, Sendable {
    let seed: UInt64
    private(set) var steps: [Double] = []
    /// ||Δw|| / ||w|| of one step.
    private(set) var encoderSpeed: [Double] = []
    private(set) var projectorSpeed: [Double] = []
    private(set) var predictorSpeed: [Double] = []
    /// The root mean square over the pictures of ||N ∂l/∂p||: 0 once prediction and target point the same way.
    private(set) var force: [Double] = []
    /// ||∂l/∂z|| through the predictor, and through the target, whether or not training uses it.
    private(set) var predictionForce: [Double] = []
    private(set) var targetForce: [Double] = []
    private(set) var loss: [Double] = []
    /// Of the fitted linear predictor P and the outputs' correlation F: ||FP − PF|| / (||F|| ||P||), ||P − Pᵀ|| / ||P||.
    private(set) var misalignment: [Double] = []
    private(set) var asymmetry: [Double] = []
    /// m_o of the outputs: the share of their common centre.
    private(set) var centre: [Double] = []
    private(set) var rank: [Double] = []
    /// The eigenvalues of F at the end, largest first, over their sum.
    private(set) var eigenvalues: [Double] = []

    init(
      _ configuration: TrainingConfiguration, _ testbed: Testbed, _ extent: Extent,
      progress: (Int) throws -> Void
    ) throws {
      seed = configuration.seed
      var trainer = testbed.trainer(configuration)
      guard let network = (trainer.method as? SimSiam)?.network else {
        preconditionFailure("speeds are SimSiam's")
      }
      let count = min(extent.probe, testbed.store.count)
      let places = (0..<count).map { $0 * testbed.store.count / count }
      // An epoch that training never reaches: the probe's views are its own.
      let probe = try trainer.loader.batch(of: places, epoch: configuration.epochs, ViewRequest()).views
      while !trainer.isFinished {
        guard trainer.step % extent.every == 0 else {
          _ = try trainer.advance()
          continue
        }
        try progress(trainer.step)
        steps.append(Double(trainer.step))
        look(at: trainer.parameters, network, probe)
        let before = trainer.parameters.values
        _ = try trainer.advance()
        let after = trainer.parameters
        for (part, path) in [
          ("encoder.", \SpeedCurves.encoderSpeed), ("projector.", \SpeedCurves.projectorSpeed),
          ("predictor.", \SpeedCurves.predictorSpeed),
        ] { self[keyPath: path].append(relativeChange(before, after, of: part)) }
      }
    }

    private mutating func look(at parameters: Parameters, _ network: SiameseNetwork, _ probe: [Tensor]) {
      guard let predictor = network.predictor else { return }
      var parameters = parameters
      let (first, second) = (
        network.project(probe[0], &parameters).z, network.project(probe[1], &parameters).z
      )
      let p = predictor.forward(first, &parameters, .training)
      let distance = negativeCosine(p.y, second)
      let back = p.backward(distance.dp, &parameters)
      let target = negativeCosine(second, p.y).dp
      let root = Double(first.rows).squareRoot()
      loss.append(distance.loss)
      force.append(norm(distance.dp) * root)
      predictionForce.append(norm(back) * root)
      targetForce.append(norm(target) * root)
      let (z, y) = (rows(first), rows(p.y))
      let share = 1 / Double(first.rows)
      let correlation = share * (z.transposed * z)
      let linear = fitted(z, y, correlation)
      misalignment.append(
        (correlation * linear - linear * correlation).norm / (correlation.norm * linear.norm))
      asymmetry.append((linear - linear.transposed).norm / linear.norm)
      let gauges = CollapseGauges(first.values, dimension: first.channels)
      centre.append(gauges.centre)
      rank.append(gauges.effectiveRank)
      let all = correlation.eigenvalues.reversed().map { max(0, $0) }
      let sum = all.reduce(0, +)
      eigenvalues = all.map { $0 / max(sum, 1e-300) }
    }
  }
}

private func norm(_ tensor: Tensor) -> Double {
  tensor.withSpan { all in
    var sum = 0.0
    for index in all.indices { sum += Double(all[index]) * Double(all[index]) }
    return sum.squareRoot()
  }
}

private func rows(_ tensor: Tensor) -> Matrix {
  Matrix(tensor.rows, tensor.channels, tensor.values.map(Double.init))
}

/// ||Δw|| / ||w|| over the entries whose names begin so; 0 for weights that are all zero.
private func relativeChange(_ before: Tensor, _ after: Parameters, of part: String) -> Double {
  var (change, size) = (0.0, 0.0)
  before.withSpan { before in
    after.values.withSpan { now in
      for entry in after.layout.entries where entry.name.hasPrefix(part) {
        for index in entry.range {
          let (a, b) = (Double(before[index]), Double(now[index]))
          change += (b - a) * (b - a)
          size += a * a
        }
      }
    }
  }
  return size > 0 ? (change / size).squareRoot() : 0
}

/// P with y ≈ P z in least squares, a thousandth of the mean eigenvalue added to F so that it can be inverted:
/// P = E[y zᵀ] (F + ε I)⁻¹, by conjugate gradients for each row.
private func fitted(_ z: Matrix, _ y: Matrix, _ correlation: Matrix) -> Matrix {
  let d = z.columns
  let trace = (0..<d).reduce(0) { $0 + correlation.values[$1 * d + $1] }
  let system =
    correlation + Matrix(diagonal: [Double](repeating: max(1e-3 * trace / Double(d), 1e-12), count: d))
  let cross = (1 / Double(z.rows)) * (y.transposed * z)
  var values: [Double] = []
  for row in 0..<d { values += solved(system, Array(cross.values[row * d..<(row + 1) * d])) }
  return Matrix(d, d, values)
}

/// x of a·x = b for a symmetric positive a, by conjugate gradients.
func solved(_ a: Matrix, _ b: [Double]) -> [Double] {
  func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
  var (x, residual) = ([Double](repeating: 0, count: b.count), b)
  var (direction, square) = (residual, dot(b, b))
  let goal = 1e-20 * square
  for _ in 0..<10 * b.count where square > goal {
    let image = (a * Matrix(b.count, 1, direction)).values
    let step = square / dot(direction, image)
    for index in x.indices {
      x[index] += step * direction[index]
      residual[index] -= step * image[index]
    }
    let next = dot(residual, residual)
    for index in x.indices { direction[index] = residual[index] + next / square * direction[index] }
    square = next
  }
  return x
}
