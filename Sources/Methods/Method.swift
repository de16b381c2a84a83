package import SiamDatasets
package import SiamNeuralNetworks
package import SiamTensors

/// A way to learn features without labels, as the command line and `config.json` know it: a `Method`, or `Patches`.
package protocol LearningMethod: Sendable {
  /// Its name on the command line and in `config.json`, and its title in texts.
  static var name: String { get }
  static var title: String { get }
  /// A few words for the help.
  static var summary: String { get }
  /// This method's own options; those of other methods are refused.
  static var options: [MethodOption] { get }

  /// Sets this method's defaults where they differ from those of `TrainingConfiguration`: heads, dimension, rates.
  static func setDefaults(in configuration: inout TrainingConfiguration)
  /// Why the choices contradict each other; nil if they do not.
  static func refusal(of configuration: TrainingConfiguration) -> String?
}

extension LearningMethod {
  package static func setDefaults(in configuration: inout TrainingConfiguration) {}
  package static func refusal(of configuration: TrainingConfiguration) -> String? { nil }
}

/// A way to train a network: what is compared with what, and what is kept from step to step.
///
/// A method is a file with a type of this kind and a line in `methods`; the command line, its help, the checkpoint, the
/// laboratory and the tests over all methods follow from that line.
package protocol Method: LearningMethod {
  /// The paper's options for small images such as CIFAR-10's, where they differ from the defaults.
  static var smallImageOptions: [String: MethodValue] { get }
  /// The training reported in the method's paper, for views of `size` pixels; nil if Siam has none.
  static func published(size: Int) -> TrainingConfiguration?

  /// Whether a network of these options has a trained predictor.
  static func hasPredictor(_ options: MethodValues) -> Bool
  /// The meaning of its loss.
  static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning
  /// The variants that the laboratory compares: the method itself, or its ablations.
  static var variants: [MethodVariant] { get }

  /// Adds its parameters to the layout, the encoder's first and the predictor's last.
  init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout)

  /// The views that a step needs of each image.
  var request: ViewRequest { get }
  /// The indices of the predictor's parameters, which have their own rate: the layout's last; empty without one.
  var predictorRange: Range<Int> { get }

  /// Initialises the method's own state for a new network and a folder of `images` images.
  mutating func begin(with parameters: Parameters, images: Int)

  /// Adds the gradients of a batch's loss. The method's own state is unchanged, since the step may be discarded.
  func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult

  /// Updates the method's own state after a completed step.
  ///
  /// - Parameters:
  ///   - parameters: after the optimiser's update.
  ///   - step: counted from 0, out of `steps`.
  mutating func follow(
    _ result: StepResult, _ batch: ViewBatch, _ parameters: Parameters, step: Int, of steps: Int)

  /// The method's own state by name, as a checkpoint holds it: the same names and shapes from `begin` on.
  var state: [String: Tensor] { get set }
}

extension Method {
  package static var smallImageOptions: [String: MethodValue] { [:] }
  package static func published(size: Int) -> TrainingConfiguration? { nil }
  package static func hasPredictor(_ options: MethodValues) -> Bool { false }
  package static var variants: [MethodVariant] { [plainVariant] }
  package var request: ViewRequest { ViewRequest() }
  package mutating func begin(with parameters: Parameters, images: Int) {}
  package mutating func follow(
    _ result: StepResult, _ batch: ViewBatch, _ parameters: Parameters, step: Int, of steps: Int
  ) {}
  package var state: [String: Tensor] {
    get { [:] }
    set {}
  }
}

/// The result of one step of a method.
package struct StepResult: Sendable {
  package let loss: Double
  /// The projector's outputs, (N, D) for each view.
  package let outputs: [Tensor]
  /// Those of the first view, which the gauges of collapse measure.
  package var output: Tensor { outputs[0] }

  /// The targets of the outputs, (N, D) each; by default the outputs themselves.
  package let targets: [Tensor]

  /// - Precondition: one output or more.
  package init(loss: Double, outputs: [Tensor], targets: [Tensor]? = nil) {
    precondition(!outputs.isEmpty, "a step without outputs")
    (self.loss, self.outputs, self.targets) = (loss, outputs, targets ?? outputs)
  }
}

/// All methods that train a network, in the order of the help.
package let methods: [any Method.Type] = [
  SimSiam.self, BYOL.self, SimCLR.self, Alternating.self, MeanView.self, DirectPred.self, VICReg.self,
  BarlowTwins.self,
]

/// Everything that `--method` names, in the order of the help.
package let learningMethods: [any LearningMethod.Type] = [Patches.self] + methods

/// The default method of networks: it gave better features than SimSiam both in minutes and in an hour on a CPU.
package let defaultMethod: any Method.Type = SimCLR.self

/// The first method with a predictor, which the others vary: the laboratory takes it apart, and it is the default with
/// an option that only such a method has.
package let baseMethod: any Method.Type =
  methods.first { $0.hasPredictor(MethodValues()) } ?? defaultMethod

/// The method of that name; nil if it trains no network.
package func method(named name: String) -> (any Method.Type)? { methods.first { $0.name == name } }

/// What `--method` means by a name.
package func learningMethod(named name: String) -> (any LearningMethod.Type)? {
  learningMethods.first { $0.name == name }
}
