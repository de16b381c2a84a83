import SiamFiles

/// A parser of written recipes.
///
///     recipe   = name of a known recipe | term { "|" term }
///     term     = augmentation "(" [ argument { "," argument } ] ")" | "normalize" "(" statistics ")"
///     argument = [ name "=" ] number
///     statistics = name | number "," number "," number ";" number "," number "," number
///
/// Spaces are allowed between any two of these.
struct RecipeParser {
  private let text: String
  private let characters: [Character]
  private var offset = 0

  /// A parser at the beginning of the text.
  init(_ text: String) { (self.text, characters) = (text, Array(text)) }

  /// Parses the whole text.
  mutating func recipe() throws(RecipeError) -> Recipe {
    if let whole = preset() { return whole }
    var augmentations: [any Augmentation] = []
    var normalization: Normalization?
    repeat {
      skipSpaces()
      let start = offset
      let name = word()
      if name == "normalize" {
        if normalization != nil { throw error("normalize is given twice", at: start) }
        normalization = try statistics()
      } else if let kind = Recipe.known.first(where: { $0.form.name == name }) {
        augmentations.append(try augmentation(kind))
      } else {
        throw unknown(name, at: start)
      }
    } while take("|")
    if offset < characters.count { throw error("expected \"|\" or the end", at: offset) }
    return Recipe(augmentations, normalization: normalization ?? .imagenet)
  }

  /// The recipe whose name is the whole text; nil, with the parser back at the start, when there is none.
  private mutating func preset() -> Recipe? {
    skipSpaces()
    let name = word()
    skipSpaces()
    if offset == characters.count, let known = Recipe.named.first(where: { $0.name == name }) {
      return known.recipe
    }
    offset = 0
    return nil
  }

  /// Parses the parentheses after an augmentation's name.
  private mutating func augmentation(
    _ kind: any Augmentation.Type
  ) throws(RecipeError) -> any Augmentation {
    let form = kind.form
    var given = [(value: Double, column: Int)?](repeating: nil, count: form.parameters.count)
    var (next, isNaming) = (0, false)
    try expect("(", after: form.name)
    while !take(")") {
      if given.contains(where: { $0 != nil }) { try expect(",", after: "a number") }
      skipSpaces()
      let start = offset
      let name = word()
      let index: Int
      if !name.isEmpty {
        index = try parameter(name, of: form, at: start)
        try expect("=", after: name)
        isNaming = true
      } else if isNaming {
        throw error("a number after a named one needs a name too", at: start)
      } else if next < form.parameters.count && form.parameters[next].defaultValue == nil {
        (index, next) = (next, next + 1)
      } else {
        throw error("\(form.name) takes \(form.usage)", at: start)
      }
      if given[index] != nil { throw error("\(form.parameters[index].name) is given twice", at: start) }
      skipSpaces()
      let column = offset
      given[index] = (try number(form.parameters[index].name), column)
    }
    return kind.init(values: try values(given, of: form))
  }

  /// The given numbers or their defaults, checked; the character before `offset` is the closing parenthesis.
  private func values(
    _ given: [(value: Double, column: Int)?], of form: AugmentationForm
  ) throws(RecipeError) -> [Double] {
    var values: [Double] = []
    for (parameter, given) in zip(form.parameters, given) {
      guard let value = given?.value ?? parameter.defaultValue else {
        throw error("\(parameter.name) is missing: \(form.name) takes \(form.usage)", at: offset - 1)
      }
      if let given, let complaint = parameter.complaint(about: value, after: values.last) {
        throw error(complaint, at: given.column)
      }
      values.append(value)
    }
    return values
  }

  /// The index of the parameter of that name.
  private func parameter(
    _ name: String, of form: AugmentationForm, at start: Int
  ) throws(RecipeError) -> Int {
    let names = form.parameters.map(\.name)
    if let index = names.firstIndex(of: name) { return index }
    let hint = hint(for: name, among: names)
    throw error(
      "\(form.name) has no \"\(name)\"; " + (hint ?? "it takes \(form.usage)"), at: start)
  }

  /// Parses the parentheses after `normalize`.
  private mutating func statistics() throws(RecipeError) -> Normalization {
    try expect("(", after: "normalize")
    skipSpaces()
    let start = offset
    let name = word()
    if !name.isEmpty {
      guard let known = Normalization.named.first(where: { $0.name == name }) else {
        let names = Normalization.named.map(\.name)
        let hint = hint(for: name, among: names)
        throw error(
          "no statistics are called \"\(name)\"; " + (hint ?? "known: \(names.joined(separator: ", "))"),
          at: start)
      }
      try expect(")", after: name)
      return known.normalization
    }
    let mean = try triple(AugmentationForm.Parameter("a mean", 0...1))
    try expect(";", after: "the three means")
    let deviation = try triple(AugmentationForm.Parameter("a deviation", 0...1, above: true))
    try expect(")", after: "the three deviations")
    return Normalization(mean: mean, deviation: deviation)
  }

  /// Parses three numbers separated by commas.
  private mutating func triple(_ parameter: AugmentationForm.Parameter) throws(RecipeError) -> [Double] {
    var values: [Double] = []
    while values.count < 3 {
      if !values.isEmpty { try expect(",", after: parameter.name) }
      skipSpaces()
      let column = offset
      values.append(try number(parameter.name))
      if let complaint = parameter.complaint(about: values[values.count - 1], after: nil) {
        throw error(complaint, at: column)
      }
    }
    return values
  }
}

/// Words, numbers and punctuation.
extension RecipeParser {
  private mutating func skipSpaces() {
    while offset < characters.count, characters[offset] == " " { offset += 1 }
  }

  private mutating func take(_ sign: Character) -> Bool {
    skipSpaces()
    guard offset < characters.count, characters[offset] == sign else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ sign: Character, after what: String) throws(RecipeError) {
    if !take(sign) { throw error("expected \"\(sign)\" after \(what)", at: offset) }
  }

  private mutating func word() -> String {
    let start = offset
    while offset < characters.count,
      characters[offset].isLetter || (offset > start && isPart(characters[offset]))
    {
      offset += 1
    }
    return String(characters[start..<offset])
  }

  private func isPart(_ character: Character) -> Bool {
    character.isNumber || character == "_" || character == "-"
  }

  private mutating func number(_ what: String) throws(RecipeError) -> Double {
    let start = offset
    while offset < characters.count, "0123456789.+-eE".contains(characters[offset]) { offset += 1 }
    guard let value = Double(String(characters[start..<offset])), value.isFinite else {
      throw error("expected a number for \(what)", at: start)
    }
    return value
  }

  private func error(_ message: String, at column: Int) -> RecipeError {
    RecipeError(text: text, column: column, message: message)
  }

  /// A question about the name that was most likely meant; nil when none is close.
  private func hint(for word: String, among names: [String]) -> String? {
    let plain = word.lowercased()
    if let ours = foreign[plain] { return names.contains(ours) ? "here it is \"\(ours)\"" : nil }
    return nearestName(to: plain, among: names, isClose: true).map { "did you mean \"\($0)\"?" }
  }

  /// The error about a word that names no augmentation.
  private func unknown(_ name: String, at start: Int) -> RecipeError {
    let names = Recipe.known.map { $0.form.name } + ["normalize"]
    if name.isEmpty { return error("expected an augmentation: \(names.joined(separator: ", "))", at: start) }
    if Recipe.named.contains(where: { $0.name == name }) {
      return error("\"\(name)\" is a complete recipe, not a term of one", at: start)
    }
    let hint = hint(for: name, among: names + Recipe.named.map(\.name))
    return error(
      "no augmentation is called \"\(name)\"; " + (hint ?? "known: \(names.joined(separator: ", "))"),
      at: start)
  }
}

/// Augmentations by their names in torchvision, albumentations and Keras, and ours; "" where there is none.
private let foreign = [
  "randomresizedcrop": "crop", "randomcrop": "crop", "resizedcrop": "crop", "centercrop": "crop",
  "resize": "crop",
  "hflip": "flip", "horizontalflip": "flip", "randomhorizontalflip": "flip", "randomflip": "flip",
  "mirror": "flip",
  "fliplr": "flip", "colorjitter": "jitter", "colourjitter": "jitter", "color": "jitter",
  "brightness": "jitter",
  "contrast": "jitter", "saturation": "jitter", "hue": "jitter", "huesaturationvalue": "jitter",
  "randomgrayscale": "grey", "grayscale": "grey", "greyscale": "grey", "gray": "grey", "togray": "grey",
  "gaussianblur": "blur", "gaussblur": "blur",
  "verticalflip": "vflip", "randomverticalflip": "vflip", "flipud": "vflip", "rotation": "rotate",
  "randomrotation": "rotate", "rot90": "rotate", "randomrotate90": "rotate", "cutout": "",
  "randomerasing": "", "erasing": "", "solarize": "",
  "solarise": "",
  "randomsolarize": "", "posterize": "", "equalize": "", "autoaugment": "", "randaugment": "",
  "trivialaugment": "",
  "mixup": "", "cutmix": "", "shear": "", "randomaffine": "", "affine": "", "elastic": "", "totensor": "",
  "noise": "",
  "gaussiannoise": "",
]
