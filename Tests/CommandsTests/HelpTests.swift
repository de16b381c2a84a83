import SiamAugmentations
import Testing

@testable import SiamCommands

@Suite struct HelpTests {
  @Test("the overview names every command, within the width", arguments: [40, 72, 100])
  func overview(width: Int) {
    let help = Help.overview(of: allCommands, width: width)
    for command in allCommands { #expect(help.contains("\n  \(command.name) ")) }
    for line in help.split(separator: "\n") { #expect(columns(String(line)) <= width) }
    for (code, _) in ExitCode.meanings { #expect(help.contains("\n  \(code.number) ")) }
  }

  @Test("a command's help names all it takes, each with help and default", arguments: allCommands.indices)
  func options(index: Int) {
    let command = allCommands[index]
    let declarations = command.declarations
    let help = Help.text(of: command, width: 1000)
    for option in declarations.options {
      let lines = help.split(separator: "\n").filter { $0.contains(" \(option.name) ") }
      #expect(lines.contains { $0.contains(option.help) }, "\(option.name)")
      if let otherwise = option.otherwise { #expect(help.contains("[\(otherwise)]"), "\(option.name)") }
      #expect(!option.help.isEmpty && !option.help.hasSuffix("."), "\(option.name)")
    }
    for positional in declarations.positionals { #expect(help.contains("\n  \(positional.name) ")) }
    #expect(help.hasPrefix("siam \(command.name): \(command.summary)\n"))
    #expect(command.summary.hasSuffix("."))
  }

  @Test("declaring finds nothing to object to, so no declaration is lost", arguments: allCommands.indices)
  func declaringIsWhole(index: Int) throws {
    var arguments = Arguments.declaring()
    _ = try allCommands[index].init(&arguments)
  }

  @Test(
    "the help on recipes shows every augmentation with its arguments, within the width", arguments: [72, 100])
  func recipes(width: Int) throws {
    let help = Help.recipes(width: width)
    for line in help.split(separator: "\n") where !line.contains("jitter(0.4") {
      #expect(columns(String(line)) <= width)
    }
    for form in Recipe.known.map({ $0.form }) {
      #expect(help.contains("\n  \(form.name)("), "\(form.name)")
      let text = Help.recipes(width: 1000)
      #expect(text.contains("\(form.name)\(form.usage)") && text.contains(form.summary), "\(form.name)")
      for parameter in form.parameters { #expect(text.contains("\(parameter.name) \(parameter.limits)")) }
    }
    for (name, recipe) in Recipe.named {
      #expect(help.contains("\n  \(name) ") && help.contains("\(recipe)"))
    }
    #expect(!allCommands.contains { $0.name == Help.recipeTopic })
  }

  @Test func `no two commands have one name`() {
    #expect(Set(allCommands.map { $0.name }).count == allCommands.count)
  }
}
