package import SiamAugmentations
package import SiamNeuralNetworks

extension EncoderConfiguration.Preset: ArgumentChoice {}
extension Initializer: ArgumentChoice {}
extension HeadNormalization: ArgumentChoice {}

/// The predictor's learning-rate schedule: constant at its peak, or the cosine of the other parts.
package enum RateSchedule: String, Sendable, ArgumentChoice { case constant, cosine }

/// The own rate of the encoder or the predictor, if it has one.
package struct OwnRate: ArgumentValue, Comparable {
  package let rate: Float?

  package init(_ rate: Float?) { self.rate = rate }
  package init?(argument: String) {
    guard let rate = Float(argument: argument) else { return nil }
    self.rate = rate
  }
  package var argument: String { rate?.argument ?? "" }
  package var inWords: String { rate.map { "a rate of \($0.argument)" } ?? "the rate of the rest" }
  /// Sharing the other parts' rate is within any limits that begin at 0.
  package static func < (a: Self, b: Self) -> Bool { a.rate ?? 0 < b.rate ?? 0 }
  /// Not the negation of `<`, which a NaN would pass.
  package static func <= (a: Self, b: Self) -> Bool { a.rate ?? 0 <= b.rate ?? 0 }
  package static var placeholder: String { Float.placeholder }
  package static var meaning: String { Float.meaning }
}

/// The name of a method, or of a network's beside patch features.
package struct MethodName: ArgumentValue {
  package let name: String

  package init(_ name: String) { self.name = name }
  package init?(argument: String) {
    guard Self.words.contains(argument) else { return nil }
    name = argument
  }
  package var argument: String { name }
  package static var placeholder: String { "NAME" }
  package static var range: String {
    learningMethods.map { $0.name }.joined(separator: ", ") + ", or \(BesidePatches.prefix) and a network's"
  }
  package static var meaning: String { "one of \(range)" }
  package static var words: [String] {
    learningMethods.map { $0.name } + methods.map { BesidePatches.name($0) }
  }
}

extension Recipe: ArgumentValue {
  package init?(argument: String) {
    guard let recipe = try? Recipe(argument) else { return nil }
    self = recipe
  }
  package var argument: String { description }
  package static var placeholder: String { "RECIPE" }
  package static var meaning: String { "a recipe" }
  package static func fault(in text: String) -> ArgumentFault? {
    do throws(RecipeError) { _ = try Recipe(text) } catch {
      return ArgumentFault(offset: error.column, reason: error.message)
    }
    return nil
  }

  /// What the help says about recipes.
  package static var argumentHelp: String {
    "how views are made: \(named.map(\.name).joined(separator: ", ")), or terms joined by | such as "
      + "crop(0.2,1)|flip(0.5)|jitter(0.4,0.4,0.4,0.1,p=0.8)|grey(0.2); see siam help recipes"
  }
}

/// Choices whose command-line words differ from those in `config.json`.
extension TrainingConfiguration {
  var methodName: MethodName {
    get { MethodName(method) }
    set { method = newValue.name }
  }

  var ownEncoderRate: OwnRate {
    get { OwnRate(encoderBaseRate) }
    set { encoderBaseRate = newValue.rate }
  }

  var ownPredictorRate: OwnRate {
    get { OwnRate(predictorBaseRate) }
    set { predictorBaseRate = newValue.rate }
  }

  var predictorSchedule: RateSchedule {
    get { constantPredictorRate ? .constant : .cosine }
    set { constantPredictorRate = newValue == .constant }
  }
}
