// swift-tools-version: 6.2
import PackageDescription

/// The language of every Swift target: version 6, every import and every unsafe expression spelled out.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

/// A library; `imports` lists the floors below that it may use.
func floor(_ name: String, imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: strict)
}

/// A floor's tests: the floor itself, the shared fixtures, and whatever else they build on.
func tests(of name: String, with others: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + others, swiftSettings: strict)
}

let package = Package(
  name: "siam",
  products: [
    .executable(name: "siam", targets: ["siam"]),
    .library(
      name: "Siam",
      targets: [
        "Files", "Tensors", "Images", "Augmentations", "NeuralNetworks", "Features", "SelfSupervised",
        "ImagePrior", "Laboratory",
      ]),
  ],
  targets: [
    .target(
      name: "CImageCodecs", cSettings: [.unsafeFlags(["-O2"])],
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    .target(
      name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-fno-trapping-math"])],
      linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread")]),

    floor("Files"),
    floor("Tensors", imports: ["CKernels", "Files"]),
    floor("Images", imports: ["CImageCodecs", "CKernels", "Files"]),
    floor("Augmentations", imports: ["CKernels", "Files", "Images"]),
    floor("NeuralNetworks", imports: ["Tensors", "CKernels", "Files"]),
    floor("Features", imports: ["Tensors", "CKernels", "Files"]),
    floor(
      "SelfSupervised",
      imports: ["Augmentations", "Features", "Files", "Images", "NeuralNetworks", "Tensors", "CKernels"]),
    floor("ImagePrior", imports: ["CKernels", "Files", "Images", "NeuralNetworks", "Tensors"]),
    floor(
      "Laboratory",
      imports: [
        "Augmentations", "Features", "Files", "Images", "NeuralNetworks", "SelfSupervised", "Tensors",
      ]),
    floor(
      "Commands",
      imports: [
        "Augmentations", "Features", "Files", "ImagePrior", "Images", "Laboratory", "NeuralNetworks",
        "SelfSupervised", "Tensors",
      ]),

    .executableTarget(name: "siam", dependencies: ["Commands"], swiftSettings: strict),
    .executableTarget(
      name: "siam-bench",
      dependencies: [
        "Augmentations", "CKernels", "Features", "Files", "Images", "NeuralNetworks", "SelfSupervised",
        "Tensors",
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Files", "NeuralNetworks", "Tensors"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests(of: "Files"),
    tests(of: "Tensors", with: ["CKernels", "Files"]),
    tests(of: "Images", with: ["CImageCodecs", "CKernels", "Files", "Tensors"]),
    tests(of: "Augmentations", with: ["Images", "Files", "Tensors"]),
    tests(of: "NeuralNetworks", with: ["Tensors", "Files"]),
    tests(of: "Features", with: ["Tensors", "Files"]),
    tests(
      of: "SelfSupervised",
      with: ["Augmentations", "Features", "Files", "Images", "NeuralNetworks", "Tensors"]),
    tests(of: "ImagePrior", with: ["CKernels", "Images", "NeuralNetworks", "Tensors"]),
    tests(
      of: "Laboratory", with: ["Features", "Files", "Images", "NeuralNetworks", "SelfSupervised", "Tensors"]),
    tests(
      of: "Commands", with: ["Features", "Files", "Images", "NeuralNetworks", "SelfSupervised", "Tensors"]),
  ]
)
