import SiamMethods

extension HeadNormalization: ArgumentChoice {}

/// The name of a method.
struct MethodName: ArgumentValue, Equatable {
  let name: String

  init?(argument: String) {
    guard method(named: argument) != nil else { return nil }
    name = argument
  }
  var argument: String { name }
  static var placeholder: String { "NAME" }
  static var meaning: String { "one of \(range)" }
  static var range: String { methods.map { $0.name }.joined(separator: ", ") }
  static func hint(for text: String) -> String { suggestion(for: text, among: methods.map { $0.name }) }
  static func < (a: Self, b: Self) -> Bool { a.name < b.name }
}

/// The choice of a method and of what is its own, as far as it was made on the command line.
struct MethodOptions: Equatable {
  let method: MethodName?
  /// The methods' own options that were given.
  let values: [String: MethodValue]
  let headNormalization: HeadNormalization?
  let predictorBaseRate: Float?
  let fixesPredictor: Bool
  /// Options that only a predictor makes sense of, by name, where they were given.
  private var forPredictor: [String] {
    (predictorBaseRate == nil ? [] : ["--predictor-lr"]) + (fixesPredictor ? ["--fixed-predictor"] : [])
  }

  /// Every option of any method, once, with the methods that have it.
  private static let known: [(option: MethodOption, methods: [String])] = {
    var known: [(option: MethodOption, methods: [String])] = []
    for method in methods {
      for option in method.options {
        if let place = known.firstIndex(where: { $0.option.name == option.name }) {
          precondition(known[place].option == option, "--\(option.name) means two things")
          known[place].methods.append(method.name)
        } else {
          known.append((option, [method.name]))
        }
      }
    }
    return known
  }()

  /// The options that mean the base method where no method is named.
  private static let ownToBase = Set(baseMethod.options.map(\.name))
    .subtracting(defaultMethod.options.map(\.name))

  init(_ arguments: inout Arguments) throws(UsageError) {
    method = try arguments.option(
      "--method", otherwise: defaultMethod.name,
      help: "how to learn: " + methods.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
        + "; it is \(baseMethod.name) with --published, or where an option wants it")
    var values: [String: MethodValue] = [:]
    for (option, methods) in Self.known {
      let help = "\(methods.joined(separator: ", ")): \(option.help)"
      values[option.name] = try Self.read(option, help: help, &arguments)
    }
    self.values = values
    headNormalization = try arguments.option(
      "--head-norm", otherwise: TrainingConfiguration().headNormalization.rawValue,
      help: "batch normalisation in projector and predictor: of no layer, of the hidden ones, or of the "
        + "projector's output too")
    predictorBaseRate = try arguments.option(
      "--predictor-lr", value: "X", otherwise: "as --lr", in: .from(0, through: 1000),
      help: "the peak of the predictor's own learning rate, at a batch of 256")
    fixesPredictor = arguments.flag("--fixed-predictor", help: "leave the predictor as it was drawn")
    if fixesPredictor, predictorBaseRate != nil {
      throw UsageError("--fixed-predictor and --predictor-lr exclude each other")
    }
  }

  private static func read(
    _ option: MethodOption, help: String, _ arguments: inout Arguments
  ) throws(UsageError) -> MethodValue? {
    let name = "--" + option.name
    switch option.kind {
    case .flag: return arguments.flag(name, help: help) ? .flag(true) : nil
    case .number(let standard, let range):
      let value = try arguments.option(
        name, otherwise: standard.argument,
        in: Limits<Double>.from(range.lowerBound, through: range.upperBound),
        help: help)
      return value.map { .number($0) }
    case .integer(let standard, let range):
      let value = try arguments.option(
        name, otherwise: standard.argument, in: Limits<Int>.from(range.lowerBound, through: range.upperBound),
        help: help)
      return value.map { .number(Double($0)) }
    case .word(let standard, let words):
      let choices = words.joined(separator: ", ")
      let value = try arguments.option(
        name, value: "NAME", as: String.self, otherwise: standard, help: "\(help); \(choices)")
      if let value, !words.contains(value) {
        throw UsageError("\(name) wants one of \(choices), not \(quoted(value))")
      }
      return value.map { .word($0) }
    }
  }

  /// Puts the choices into a configuration, all else in it decided.
  ///
  /// - Parameter predictorOptions: further options that were given and need a predictor.
  /// - Throws: `UsageError` for choices that do not go together.
  func apply(to configuration: inout TrainingConfiguration, predictorOptions: [String]) throws(UsageError) {
    let wantsPredictor = !(forPredictor + predictorOptions).isEmpty
    if let method {
      configuration.method = method.name
    } else if wantsPredictor || values.keys.contains(where: Self.ownToBase.contains) {
      configuration.method = baseMethod.name
    }
    guard let kind = SiamMethods.method(named: configuration.method) else { return }
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let option = kind.options.first(where: { $0.name == name }) else {
        let owners = Self.known.first { $0.option.name == name }?.methods ?? []
        throw UsageError("--\(name) is an option of \(owners.joined(separator: ", ")), not of \(kind.name)")
      }
      configuration.options[option] = value
    }
    configuration.options.complete(for: kind)
    configuration.headNormalization = headNormalization ?? configuration.headNormalization
    configuration.predictorBaseRate = fixesPredictor ? 0 : predictorBaseRate
    if let reason = kind.refusal(of: configuration) { throw UsageError(reason) }
    if let name = (forPredictor + predictorOptions).first,
      !kind.hasPredictor(configuration.options)
    {
      throw UsageError("\(name): there is no predictor to train here")
    }
  }

  /// Refuses choices that are not those of the run to be resumed.
  func check(against run: TrainingConfiguration) throws(UsageError) {
    func refuse(_ name: String, _ found: String) -> UsageError {
      UsageError("\(name): the run to resume has \(found), and keeps it")
    }
    if let method, method.name != run.method { throw refuse("--method \(method.name)", run.method) }
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let option = SiamMethods.method(named: run.method)?.options.first { $0.name == name }
      guard let option else { throw refuse("--\(name)", "no such option: its method is \(run.method)") }
      let found = run.options[option]
      if found != value { throw refuse("--\(name)", found.text) }
    }
    if let headNormalization, headNormalization != run.headNormalization {
      throw refuse("--head-norm \(headNormalization.rawValue)", run.headNormalization.rawValue)
    }
    let asked = fixesPredictor ? 0 : predictorBaseRate
    if let asked, asked != run.predictorBaseRate {
      throw refuse(
        fixesPredictor ? "--fixed-predictor" : "--predictor-lr \(asked.argument)",
        run.predictorBaseRate.map { "a rate of \($0.argument)" } ?? "the rate of the rest")
    }
  }
}

extension MethodValue {
  /// As a sentence has it.
  var text: String {
    switch self {
    case .flag(let isSet): isSet ? "it" : "it off"
    case .number(let number): number.argument
    case .word(let word): word
    }
  }
}
