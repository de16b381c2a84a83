import SiamTensors
import Testing

@testable import SiamAugmentations

@Suite struct RecipeParserTests {
  @Test(
    "spaces, names and the order of named numbers are free",
    arguments: [
      ("  cifar ", Recipe.cifar.description),
      (" crop ( 0.2 , 1 ) | flip(.5)", "crop(0.2,1)|flip(0.5)"),
      ("flip(p=0.5)", "flip(0.5)"),
      ("crop(largest=1,smallest=0.2)", "crop(0.2,1)"),
      ("jitter(0.4,0.4,p=0.8,hue=0.1,saturation=0)", "jitter(0.4,0.4,0,0.1,p=0.8)"),
      ("jitter(0.4,0.4,0.4,0.1,p=1)", "jitter(0.4,0.4,0.4,0.1)"),
      ("crop(2e-1,1,ratio=2)", "crop(0.2,1,ratio=2)"),
      ("normalize(grey)", "normalize(grey)"),
      ("normalize(0.485,0.456,0.406;0.229,0.224,0.225)|flip(1)", "flip(1)"),
      ("flip(1)|normalize( 0 , 0.5 , 1 ; 1 , 0.5 , 0.1 )", "flip(1)|normalize(0,0.5,1;1,0.5,0.1)"),
    ])
  func accepted(text: String, written: String) throws {
    #expect(try Recipe(text).description == written)
  }

  @Test(
    "a mistake is pointed at",
    arguments: [
      ("", "^", "expected an augmentation: crop, flip, vflip, rotate, jitter, grey, blur, normalize"),
      ("   ", "   ^", "expected an augmentation: crop, flip, vflip, rotate, jitter, grey, blur, normalize"),
      (
        "flip(0.5)|", "          ^",
        "expected an augmentation: crop, flip, vflip, rotate, jitter, grey, blur, normalize"
      ),
      (
        "flip(0.5)||grey(1)", "          ^",
        "expected an augmentation: crop, flip, vflip, rotate, jitter, grey, blur, normalize"
      ),
      ("crop(0.2,1)|flp(0.5)", "            ^", "no augmentation is called \"flp\"; did you mean \"flip\"?"),
      ("Flip(0.5)", "^", "no augmentation is called \"Flip\"; did you mean \"flip\"?"),
      ("hflip(0.5)", "^", "no augmentation is called \"hflip\"; here it is \"flip\""),
      (
        "flipud(0.5)", "^", "no augmentation is called \"flipud\"; here it is \"vflip\""
      ),
      ("RandomRotation(20)", "^", "no augmentation is called \"RandomRotation\"; here it is \"rotate\""),
      ("rotat(20)", "^", "no augmentation is called \"rotat\"; did you mean \"rotate\"?"),
      ("rotate(181)", "       ^", "degrees must be in 0...180"),
      ("cifr", "^", "no augmentation is called \"cifr\"; did you mean \"cifar\"?"),
      ("normalise(grey)", "^", "no augmentation is called \"normalise\"; did you mean \"normalize\"?"),
      (
        "solarize(0.2)", "^",
        "no augmentation is called \"solarize\"; known: crop, flip, vflip, rotate, jitter, grey, blur, normalize"
      ),
      ("flip(0.5)|cifar", "          ^", "\"cifar\" is a complete recipe, not a term of one"),
      ("flip", "    ^", "expected \"(\" after flip"),
      ("flip 0.5", "     ^", "expected \"(\" after flip"),
      ("flip()", "     ^", "p is missing: flip takes (p)"),
      (
        "crop(0.2)", "        ^",
        "largest is missing: crop takes (smallest, largest, ratio=1.3333333333333333)"
      ),
      ("flip(0.5", "        ^", "expected \",\" after a number"),
      ("flip(0.5 0.6)", "         ^", "expected \",\" after a number"),
      ("flip(0.5)grey(1)", "         ^", "expected \"|\" or the end"),
      ("flip(0.5,)", "         ^", "flip takes (p)"),
      ("flip(0.5,1)", "         ^", "flip takes (p)"),
      ("blur(1,2,0.5)", "         ^", "blur takes (smallest, largest, p=1)"),
      ("flip(1.2.3)", "     ^", "expected a number for p"),
      ("flip(nan)", "     ^", "flip has no \"nan\"; it takes (p)"),
      ("flip(p=nan)", "       ^", "expected a number for p"),
      ("flip(p=)", "       ^", "expected a number for p"),
      ("flip(p 1)", "       ^", "expected \"=\" after p"),
      ("flip(1e999)", "     ^", "expected a number for p"),
      ("flip(½)", "     ^", "expected a number for p"),
      ("flip(1.5)", "     ^", "p must be in 0...1"),
      ("flip( -0.1)", "      ^", "p must be in 0...1"),
      ("crop(0,1)", "     ^", "smallest must be above 0 and at most 1"),
      ("crop(0.5,0.2)", "         ^", "largest must be at least 0.5"),
      ("crop(0.5,1.2)", "         ^", "largest must be above 0 and at most 1"),
      ("crop(0.5,1,ratio=0.75)", "                 ^", "ratio must be in 1...1000"),
      ("crop(0.5,1,ration=2)", "           ^", "crop has no \"ration\"; did you mean \"ratio\"?"),
      ("crop(0.5,1,smallest=0.2)", "           ^", "smallest is given twice"),
      ("crop(smallest=0.5,1)", "                  ^", "a number after a named one needs a name too"),
      ("jitter(0.4,0.4,0.4,0.6)", "                   ^", "hue must be in 0...0.5"),
      ("jitter(0.4,-1,0.4,0.6)", "           ^", "contrast must be in 0...100"),
      ("blur(0,2)", "     ^", "smallest must be above 0 and at most 1000"),
      ("normalize(cifr)", "          ^", "no statistics are called \"cifr\"; did you mean \"cifar\"?"),
      ("normalize(mnist)", "          ^", "no statistics are called \"mnist\"; known: imagenet, cifar, grey"),
      ("normalize(0.5,0.5;1,1,1)", "                 ^", "expected \",\" after a mean"),
      ("normalize(0.5,0.5,0.5,1,1,1)", "                     ^", "expected \";\" after the three means"),
      ("normalize(0.5,2,0.5;1,1,1)", "              ^", "a mean must be in 0...1"),
      (
        "normalize(0.5,0.5,0.5;1,0,1)", "                        ^",
        "a deviation must be above 0 and at most 1"
      ),
      ("normalize(grey)|flip(1)|normalize(grey)", "                        ^", "normalize is given twice"),
    ])
  func refused(text: String, caret: String, message: String) {
    let error = #expect(throws: RecipeError.self) { try Recipe(text) }
    let shown = text.replacing("½", with: "?")
    #expect(error?.description == "\(shown)\n\(caret) \(message)")
    #expect(error?.text == text)
  }

  @Test("cutting a recipe short anywhere gives an error inside the text, or a recipe")
  func cut() {
    let text = "crop(0.2,1,ratio=2)|jitter(0.4,0.4,0.4,0.1,p=0.8)|normalize(0.5,0.5,0.5;1,1,1)"
    var recipes = 0
    for length in 0..<text.count {
      do {
        _ = try Recipe(String(text.prefix(length)))
        recipes += 1
      } catch {
        #expect(error.column >= 0 && error.column <= length)
      }
    }
    #expect(recipes == 2)
  }

  @Test("no text makes the parser fail otherwise than by its error")
  func anything() {
    let pieces = [
      "crop", "flip", "(", ")", ",", "|", "=", ";", "p", "0.5", "1", "-", " ", "normalize", "é", "\n", "🙂",
    ]
    var generator = CounterGenerator(51)
    for _ in 0..<2000 {
      let text = (0..<generator.below(10)).map { _ in
        pieces[generator.below(pieces.count)]
      }.joined()
      do {
        #expect(try Recipe(Recipe(text).description) == Recipe(text))
      } catch {
        let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 2 && error.column <= text.count)
      }
    }
  }
}
