package import SiamDatasets
package import SiamFeatures
package import SiamMethods
package import SiamNeuralNetworks
package import SiamTensors

/// The report of a training step.
public struct TrainingStep: Sendable {
  /// Counted from 0, over the whole run and within the epoch.
  public let step, epoch, stepInEpoch: Int
  /// The batch's loss.
  public let loss: Double
  /// The mean loss of this epoch's steps so far.
  public let meanLoss: Double
  /// The learning rate of the encoder and the projector.
  public let rate: Float
  /// A batch of the projector's outputs, (N, dimension).
  package let output: Tensor
  /// Seconds spent on making the views, and on the whole step.
  package let viewSeconds, seconds: Double
  /// Whether this was the epoch's last step.
  public let endsEpoch: Bool
}

/// The state of a training: networks, optimiser and position in the data. A copy continues independently.
package struct Trainer: Sendable {
  /// The configuration.
  package private(set) var configuration: TrainingConfiguration
  /// Makes the batches.
  package let loader: ViewLoader
  /// The method, with the state that it keeps from step to step.
  package internal(set) var method: any Method
  /// The weights and running statistics of all networks.
  package internal(set) var parameters: Parameters
  /// The optimiser, with its momentum.
  package internal(set) var optimizer: SGD
  /// The principal components of the encoder's map, once the training is finished; see `fitComponents`.
  package internal(set) var components: PrincipalComponents?
  /// The encoder that it began with; nil for one drawn at random.
  package let beginning: NetworkEncoder?
  /// Steps taken so far.
  package internal(set) var step = 0
  /// The sum of the losses of this epoch's steps so far.
  package internal(set) var lossSum = 0.0
  /// The encoder's parameters, which come first.
  private let encoderRange: Range<Int>
  private var order: (epoch: Int, indices: [Int]) = (-1, [])

  /// Creates a training before its first step.
  ///
  /// - Parameters:
  ///   - configuration: of which only the network's part counts.
  ///   - beginning: the encoder whose weights and statistics it begins with; nil draws them.
  /// - Precondition: the store holds at least two images; `beginning` is of the configuration's architecture.
  package init(
    _ configuration: TrainingConfiguration, store: ImageStore, from beginning: NetworkEncoder? = nil
  ) {
    let configuration = configuration.networkAlone
    (self.configuration, self.beginning) = (configuration, beginning)
    let (method, layout) = configuration.network()
    loader = ViewLoader(
      store, recipe: configuration.recipe, size: configuration.encoder.size, batch: configuration.batch,
      seed: configuration.seed)
    parameters = Parameters(layout, initializer: configuration.initializer, seed: configuration.seed)
    encoderRange = 0..<(layout.entries.last { $0.name.hasPrefix("encoder.") }?.range.upperBound ?? 0)
    if let beginning { parameters.begin(with: beginning.parameters) }
    optimizer = SGD(
      momentum: configuration.momentum, weightDecay: configuration.weightDecay, count: layout.count)
    self.method = method
    self.method.begin(with: parameters, images: store.count)
  }

  /// Steps in an epoch.
  package var stepsPerEpoch: Int { loader.steps }
  /// Steps in the whole training.
  package var totalSteps: Int { configuration.epochs * loader.steps }
  /// The number of epochs completed.
  package var epoch: Int { position.epoch }
  /// Whether every step was taken.
  package var isFinished: Bool { position.isFinished }
  /// The progress of the training.
  package var position: TrainingPosition {
    TrainingPosition(step: step, totalSteps: totalSteps, stepsPerEpoch: stepsPerEpoch)
  }

  /// Goes on to another number of epochs: from here on the rates follow the schedule of a training of that length.
  ///
  /// - Precondition: no fewer epochs than have begun.
  package mutating func change(epochs: Int) {
    precondition(epochs * stepsPerEpoch >= step, "\(epochs) epochs after \(step) steps")
    configuration.setEpochs(epochs)
  }

  /// Fits the principal components of the finished encoder's map.
  ///
  /// - Throws: `ImageError` if an image can no longer be read.
  mutating func fitComponents() throws {
    components = try NetworkEncoder(self).fittedComponents(to: loader.store)
  }

  /// The rate that the next step has; 0 after the last.
  package var nextRate: Float { isFinished ? 0 : rates.rest }

  /// The projector's outputs in the run's first step, of the network that it began with, whatever step this training is at.
  ///
  /// - Throws: `ImageError` if an image can no longer be read, `Diverged`.
  package func firstOutput() throws -> Tensor {
    var first = Trainer(configuration, store: loader.store, from: beginning)
    return try first.advance().output
  }

  /// The rates of this step: for the projector, the encoder, and the predictor.
  private var rates: (rest: Float, encoder: Float, predictor: Float) {
    func cosine(_ peak: Float) -> Float {
      CosineSchedule(peak: peak, warmup: configuration.warmupEpochs * loader.steps, steps: totalSteps)
        .rate(at: step)
    }
    let peak = configuration.predictorRate
    return (
      cosine(configuration.rate), cosine(configuration.encoderRate),
      configuration.constantPredictorRate ? peak : cosine(peak)
    )
  }

  /// Takes a step: the views of a batch, their loss, its gradients, and the optimiser.
  ///
  /// An image that can no longer be read gives its place to another, see `Substitution`.
  /// - Throws: `ImageError` or `TooManyBadImages` if too many images can no longer be read, `Diverged`; then nothing has
  ///   changed.
  /// - Precondition: not finished.
  package mutating func advance() throws -> TrainingStep {
    precondition(!isFinished, "a training of \(totalSteps) steps is finished")
    let clock = ContinuousClock()
    let start = clock.now
    let (epoch, stepInEpoch) = (step / loader.steps, step % loader.steps)
    if order.epoch != epoch { order = (epoch, loader.order(epoch: epoch)) }
    let (all, drawn) = (order.indices, stepInEpoch * loader.batch..<(stepInEpoch + 1) * loader.batch)
    let batch = try loader.batch(of: Array(all[drawn]), epoch: epoch, method.request) {
      Array(all[drawn.upperBound...] + all[..<drawn.lowerBound])
    }
    let viewSeconds = (clock.now - start) / .seconds(1)

    // BN statistics move in the forward pass: a step that fails must leave them as they were.
    let statistics = parameters.statistics
    profiled("optimiser") { parameters.clearGradients() }
    // Both views go through the same weights.
    parameters.prepared = PreparedConvolutions()
    let result = profiled("loss") { method.step(batch, &parameters) }
    if !result.loss.isFinite || !profiled("optimiser", { parameters.gradientsAreFinite }) {
      var before = parameters
      before.statistics = statistics
      let diverged = Diverged(in: parameters, after: result, step: step) { _ = method.step(batch, &before) }
      parameters.statistics = statistics
      throw diverged
    }
    let rates = rates
    let predictor = method.predictorRange
    profiled("optimiser") {
      optimizer.step(&parameters, encoderRange, rate: rates.encoder)
      optimizer.step(&parameters, encoderRange.upperBound..<predictor.lowerBound, rate: rates.rest)
      optimizer.step(&parameters, predictor, rate: rates.predictor)
      method.follow(result, batch, parameters, step: step, of: totalSteps)
    }
    components = nil
    lossSum = stepInEpoch == 0 ? result.loss : lossSum + result.loss
    step += 1
    return TrainingStep(
      step: step - 1, epoch: epoch, stepInEpoch: stepInEpoch, loss: result.loss,
      meanLoss: lossSum / Double(stepInEpoch + 1), rate: rates.rest, output: result.output,
      viewSeconds: viewSeconds, seconds: (clock.now - start) / .seconds(1),
      endsEpoch: stepInEpoch == loader.steps - 1)
  }
}
