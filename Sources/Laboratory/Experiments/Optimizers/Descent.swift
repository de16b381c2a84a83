import SiamAugmentations
import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// SimSiam's training by another optimiser than SGD: the essay says that it is gradient-based optimisation, no stronger and no
/// weaker, that does not collapse.
enum Descent: Sendable {
  /// Adam, without weight decay.
  case adam(rate: Float)
  /// SGD that fits the predictor for so many steps on a batch, the rest held, before each step of all.
  case fittedPredictor(steps: Int)
  /// L(θ, η) by turns, without predictor: η_x is the mean of the outputs of so many views, and stays for so many epochs in
  /// which θ follows it.
  case alternation(views: Int, epochs: Int)
}

extension TrainingCurves {
  /// Trains by `descent`, and measures as a training by SGD is measured.
  ///
  /// - Parameter progress: called with the epoch, from 1; may throw to stop.
  /// - Throws: what reading the images and `progress` throw.
  init(
    _ configuration: TrainingConfiguration, _ descent: Descent, _ testbed: Testbed,
    progress: (Int) throws -> Void
  ) throws {
    self.init(seed: configuration.seed)
    try begin(testbed.untrained(configuration), testbed)
    var loop = DescentLoop(configuration, descent, testbed.store)
    for epoch in 1...configuration.epochs {
      try progress(epoch)
      var (sum, last) = (0.0, Tensor(zeros: [0]))
      let order = loop.loader.order(epoch: epoch - 1)
      if case .alternation(let views, let epochs) = descent, (epoch - 1) % epochs == 0 {
        try loop.makeTargets(epoch: epoch, views: views)
      }
      for step in 0..<loop.loader.steps {
        let drawn = order[step * configuration.batch..<(step + 1) * configuration.batch]
        let batch = try loop.loader.batch(of: Array(drawn), epoch: epoch - 1, ViewRequest())
        let result = loop.advance(on: batch)
        guard result.loss.isFinite, loop.parameters.gradientsAreFinite else {
          noteDivergence(at: loop.step)
          return
        }
        (sum, last) = (sum + result.loss, result.output)
        if loop.step == 1 { measure(last) }
      }
      guard isMeasured(afterEpoch: epoch, of: configuration.epochs) else { continue }
      try note(
        epoch: epoch, loss: sum / Double(loop.loader.steps), last, loop.encoder(configuration), testbed)
    }
  }
}

/// The state of a training by a `Descent`.
private struct DescentLoop {
  let loader: ViewLoader
  private(set) var parameters: Parameters
  private(set) var step = 0
  private let descent: Descent
  private let simsiam: SimSiam
  private var sgd: SGD
  private var adam: Adam
  private let peak: Float
  private let steps: Int
  private let dimension: Int
  /// η_x by image, (images, D); zeros before they are made.
  private var targets: Tensor

  init(_ configuration: TrainingConfiguration, _ descent: Descent, _ store: ImageStore) {
    var configuration = configuration
    if case .alternation = descent { configuration.options[SimSiam.noPredictor] = .flag(true) }
    var layout = ParameterLayout()
    simsiam = SimSiam(configuration, in: &layout)
    loader = ViewLoader(
      store, recipe: configuration.recipe, size: configuration.encoder.size, batch: configuration.batch,
      seed: configuration.seed)
    parameters = Parameters(layout, initializer: configuration.initializer, seed: configuration.seed)
    sgd = SGD(momentum: configuration.momentum, weightDecay: configuration.weightDecay, count: layout.count)
    adam = Adam(count: layout.count)
    (self.descent, dimension) = (descent, configuration.dimension)
    (peak, steps) = (configuration.rate, configuration.epochs * loader.steps)
    targets = Tensor(zeros: [store.count, dimension])
  }

  /// η_x becomes the mean of the outputs of views that no step sees.
  mutating func makeTargets(epoch: Int, views: Int) throws {
    let images = targets.shape[0]
    for start in stride(from: 0, to: images, by: loader.batch) {
      let some = Array(start..<min(start + loader.batch, images))
      let batch = try loader.batch(of: some, epoch: 1_000_000 + epoch, ViewRequest(views: views))
      let made = simsiam.network.targets(of: batch.views, parameters.values, like: parameters)
      let mean = made.dropFirst().reduce(made[0]) { sum($0, $1) }
      targets.setRows(at: batch.indices, to: scaled(mean, by: 1 / Float(views)))
    }
  }

  mutating func advance(on batch: ViewBatch) -> StepResult {
    let rate = CosineSchedule(peak: peak, warmup: 0, steps: steps).rate(at: step)
    step += 1
    let (whole, predictor) = (0..<parameters.layout.count, simsiam.predictorRange)
    switch descent {
    case .adam(let adamRate):
      let result = gradients(batch)
      if result.loss.isFinite { adam.step(&parameters, rate: adamRate * rate / peak) }
      return result
    case .fittedPredictor(let steps):
      fitPredictor(to: batch, steps: steps)
      let result = gradients(batch)
      sgd.step(&parameters, whole.lowerBound..<predictor.lowerBound, rate: rate)
      sgd.step(&parameters, predictor, rate: peak)
      return result
    case .alternation:
      let result = gradientsTowardTargets(batch)
      sgd.step(&parameters, whole, rate: rate)
      return result
    }
  }

  /// Steps of the predictor alone, on outputs that stay as they are.
  private mutating func fitPredictor(to batch: ViewBatch, steps: Int) {
    guard let predictor = simsiam.network.predictor else { return }
    let z = simsiam.network.targets(of: batch.views, parameters.values, like: parameters)
    let statistics = parameters.statistics
    for _ in 0..<steps {
      parameters.clearGradients()
      for (view, other) in [(0, 1), (1, 0)] {
        let p = predictor.forward(z[view], &parameters, .training)
        _ = p.backward(scaled(negativeCosine(p.y, z[other]).dp, by: 0.5), &parameters)
      }
      sgd.step(&parameters, simsiam.predictorRange, rate: peak)
    }
    parameters.statistics = statistics
  }

  private mutating func gradients(_ batch: ViewBatch) -> StepResult {
    parameters.clearGradients()
    parameters.prepared = PreparedConvolutions()
    return simsiam.step(batch, &parameters)
  }

  /// D(z, η_x) of both views.
  private mutating func gradientsTowardTargets(_ batch: ViewBatch) -> StepResult {
    parameters.clearGradients()
    parameters.prepared = PreparedConvolutions()
    let kept = targets.rows(at: batch.indices)
    var (loss, outputs) = (0.0, [Tensor]())
    for view in batch.views {
      let pass = simsiam.network.project(view, &parameters)
      let distance = negativeCosine(pass.z, kept)
      pass.backward(scaled(distance.dp, by: 1 / Float(batch.views.count)), &parameters)
      loss += distance.loss / Double(batch.views.count)
      outputs.append(pass.z)
    }
    return StepResult(loss: loss, outputs: outputs, targets: [kept])
  }

  func encoder(_ configuration: TrainingConfiguration) -> NetworkEncoder {
    NetworkEncoder(configuration, normalization: loader.recipe.normalization, of: parameters)
  }
}
