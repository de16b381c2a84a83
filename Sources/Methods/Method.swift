package import SiamDatasets
package import SiamNeuralNetworks
package import SiamTensors

/// A way to learn features without labels: what is compared with what, and what is kept from step to step.
///
/// A method is a file with a type of this kind and a line in `methods`; the command line, its help, the checkpoint, the
/// laboratory and the tests over all methods follow from that line.
package protocol Method: Sendable {
  /// As the command line and `config.json` have it, and as a person reads it.
  static var name: String { get }
  static var title: String { get }
  /// A few words for the help.
  static var summary: String { get }
  /// The choices that are this method's; those of other methods are refused.
  static var options: [MethodOption] { get }

  /// Sets what suits this method better than `TrainingConfiguration`'s own defaults: heads, dimension, rates.
  static func setDefaults(in configuration: inout TrainingConfiguration)
  /// Options as the method's paper has them for small images such as CIFAR-10's, where they differ from the defaults.
  static var smallImageOptions: [String: MethodValue] { get }
  /// The training that the method's paper reports, for views of `size` pixels; nil where Siam has none.
  static func published(size: Int) -> TrainingConfiguration?

  /// Whether a network of these options has a predictor that is trained.
  static func hasPredictor(_ options: MethodValues) -> Bool
  /// What its loss means.
  static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning
  /// What the laboratory compares: the method itself, or what it is taken apart into.
  static var variants: [MethodVariant] { get }

  /// Why the choices do not go together; nil if they do.
  static func refusal(of configuration: TrainingConfiguration) -> String?

  /// Claims the parameters of the encoder first, of the predictor last.
  init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout)

  /// What a step needs of each image.
  var request: ViewRequest { get }
  /// The indices of the predictor's parameters, which have a rate of their own: the layout's last; empty without one.
  var predictorRange: Range<Int> { get }

  /// Makes the method's own state, for a network at its beginning and a folder of `images` images.
  mutating func begin(with parameters: Parameters, images: Int)

  /// Adds the gradients of a batch's loss. The method's own state stays as it is, for the step may yet be given up.
  func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult

  /// Lets the method's own state follow a step that was made.
  ///
  /// - Parameters:
  ///   - parameters: as the optimiser left them.
  ///   - step: counted from 0, of `steps` in all.
  mutating func follow(
    _ result: StepResult, _ batch: ViewBatch, _ parameters: Parameters, step: Int, of steps: Int)

  /// The method's own state by name, as a checkpoint holds it: the same names and shapes from `begin` on.
  var state: [String: Tensor] { get set }
}

extension Method {
  package static func setDefaults(in configuration: inout TrainingConfiguration) {}
  package static var smallImageOptions: [String: MethodValue] { [:] }
  package static func published(size: Int) -> TrainingConfiguration? { nil }
  package static func hasPredictor(_ options: MethodValues) -> Bool { false }
  package static var variants: [MethodVariant] { [plainVariant] }
  package static func refusal(of configuration: TrainingConfiguration) -> String? { nil }
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

/// What one step of a method shows of itself.
package struct StepResult: Sendable {
  package let loss: Double
  /// The projector's outputs, (N, D) for each view.
  package let outputs: [Tensor]
  /// Those of the first view: what the gauges of collapse look at.
  package var output: Tensor { outputs[0] }

  /// What the outputs were drawn to, (N, D) each; those of the views themselves where there is nothing else.
  package let targets: [Tensor]

  /// - Precondition: one output or more.
  package init(loss: Double, outputs: [Tensor], targets: [Tensor]? = nil) {
    precondition(!outputs.isEmpty, "a step without outputs")
    (self.loss, self.outputs, self.targets) = (loss, outputs, targets ?? outputs)
  }
}

/// All methods, in the order of the help.
package let methods: [any Method.Type] = [
  SimSiam.self, BYOL.self, SimCLR.self, Alternating.self, MeanView.self, DirectPred.self, VICReg.self,
  BarlowTwins.self,
]

/// The method where none is named: it gave better features than SimSiam in an hour of a CPU and in minutes.
package let defaultMethod: any Method.Type = SimCLR.self

/// The first method with a predictor, which the others vary: what the laboratory takes apart, and what is meant where
/// no method is named but an option that only such a method has.
package let baseMethod: any Method.Type =
  methods.first { $0.hasPredictor(MethodValues()) } ?? defaultMethod

/// The method of that name.
package func method(named name: String) -> (any Method.Type)? { methods.first { $0.name == name } }
