package import SiamDatasets
import SiamFeatures
package import SiamNeuralNetworks
package import SiamTensors

/// DirectPred: SimSiam whose predictor is not trained but set from the eigenvectors of the outputs' correlation.
///
/// F ← ρ F + (1 − ρ) E[z zᵀ] over both views; with F = U diag(s) Uᵀ the predictor is W = U diag(√(s/s_max) + ε) Uᵀ. The
/// cosine does not see W's scale, so s is taken relative to its largest. The first step has W = 1, each later one that
/// of the steps before it. Source: Tian, Chen, Ganguli 2021, section 5, equation 18.
package struct DirectPred: Method {
  package static let name = "directpred"
  package static let title = "DirectPred"
  package static let summary = "the predictor is set from the eigenvectors of the outputs' correlation"
  package static let options = [correlationMomentum, eigenvalueFloor, predictorEvery, SimSiam.asymmetric]

  package static let correlationMomentum = MethodOption(
    "correlation-momentum", .number(default: 0.3, in: 0...0.9999),
    help: "the momentum of the correlation")
  package static let eigenvalueFloor = MethodOption(
    "eigenvalue-floor", .number(default: 0.1, in: 0...10),
    help: "a constant added to each eigenvalue of the predictor, relative to the largest")
  package static let predictorEvery = MethodOption(
    "predictor-every", .integer(default: 1, in: 1...1_000_000), help: "steps between updates of the predictor"
  )

  package static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning {
    .negativeCosine
  }

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let isSymmetric: Bool
  private let momentum: Float
  private let floor: Double
  private let every: Int
  /// (D, D) each, symmetric.
  private var correlation: Tensor
  private var predictor: Tensor

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    let (options, dimension) = (configuration.options, configuration.dimension)
    network = SiameseNetwork(configuration, hasPredictor: false, in: &layout)
    isSymmetric = !options.flag(SimSiam.asymmetric)
    momentum = Float(options.number(Self.correlationMomentum))
    floor = options.number(Self.eigenvalueFloor)
    every = Int(options.number(Self.predictorEvery))
    (correlation, predictor) = (Tensor(zeros: [0]), Tensor(zeros: [0]))
    side = dimension
  }
  private let side: Int

  package mutating func begin(with parameters: Parameters, images: Int) {
    (correlation, predictor) = (Tensor(zeros: [side, side]), .identity(side))
  }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    let step = TwoViewStep(
      network: network, predictor: SymmetricMap(matrix: predictor), isSymmetric: isSymmetric)
    return step(batch, &parameters)
  }

  package mutating func follow(
    _ result: StepResult, _ batch: ViewBatch, _ parameters: Parameters, step: Int, of steps: Int
  ) {
    let (a, b) = (result.outputs[0], result.outputs[1])
    let both = sum(crossCorrelation(a, a), crossCorrelation(b, b))
    SiamTensors.follow(&correlation, scaled(both, by: 0.5), momentum: momentum)
    if (step + 1) % every == 0 { predictor = Self.predictor(from: correlation, floor: floor) }
  }

  /// U diag(√(s/s_max) + ε) Uᵀ; the identity for a correlation of nothing.
  static func predictor(from correlation: Tensor, floor: Double) -> Tensor {
    let side = correlation.channels
    let system = symmetricEigensystem(correlation.values.map(Double.init), side)
    let largest = system.values.last ?? 0
    let strengths = system.values.map { value in
      largest > 0 || largest.isNaN ? (max(value, 0) / largest).squareRoot() + floor + 0 * value : 1
    }
    // Rows are eigenvectors: Σ p u uᵀ is the product of the transpose with the rows made longer.
    let rows = Tensor([side, side], system.vectors.map(Float.init))
    var longer = rows
    longer.updateRows { row, vector in
      for index in vector.indices { vector[index] *= Float(strengths[row]) }
    }
    return product(transposed(rows), PackedMatrix(longer))
  }

  package var state: [String: Tensor] {
    get { ["correlation": correlation, "predictor": predictor] }
    set {
      correlation = newValue["correlation"] ?? correlation
      predictor = newValue["predictor"] ?? predictor
    }
  }
}

/// y = x · W with a symmetric W that is not trained.
private struct SymmetricMap: Layer {
  let matrix: Tensor

  func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (y: Tensor, backward: Backward) {
    let packed = PackedMatrix(matrix)
    return (product(x, packed), { dy, _ in product(dy, packed) })
  }
}
