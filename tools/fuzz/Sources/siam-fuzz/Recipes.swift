import SiamAugmentations
import SiamFiles
import SiamImages
import SiamTensors

/// Recipes as a user or a configuration writes them. One that is read must survive being written, and make views.
struct RecipeTarget: Target {
  static let name = "recipe"
  private let image = Image(width: 3, height: 5, pixels: (0..<45).map { UInt8(5 * $0) })

  static func writeSeeds(to folder: String) throws {
    for (name, recipe) in Recipe.named {
      try writeFile("\(folder)/\(name)", name)
      try writeFile("\(folder)/\(name)-written", recipe.description)
    }
    try writeFile("\(folder)/normalize", "normalize(0.5,0.5,0.5;1,1,1)| blur( 0.1 , 2,p=0.5 )")
  }

  func read(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(RecipeError) {
      let recipe = try Recipe(text)
      guard let again = try? Recipe(recipe.description) else {
        preconditionFailure("a recipe that cannot be read again: \(recipe)")
      }
      precondition(again == recipe, "a recipe that changes when it is written: \(recipe)")
      guard recipe.augmentations.count < 50 else { return }
      var generator = CounterGenerator(1)
      let view = recipe.view(of: image, size: 4, using: &generator)
      precondition(view.width == 4 && view.height == 4, "a view of another size")
    } catch {
      precondition(
        (0...text.count).contains(error.column) && !error.message.isEmpty, "an error without its place")
      precondition(error.description.unicodeScalars.allSatisfy { $0.value == 10 || $0.value >= 32 })
    }
  }
}
