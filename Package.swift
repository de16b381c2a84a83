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

/// The module that lives in `Sources/<folder>`. Target names must be unique among all packages of a program, so each
/// bears the package's name; `Siam` is the one that a client imports.
func module(_ folder: String) -> String {
  folder.first == "C" && folder.dropFirst().first?.isUppercase == true
    ? "CSiam" + folder.dropFirst() : "Siam" + folder
}

/// What SwiftPM is to leave alone in a module's folder: every module has a README, ten lines for whoever opens it first.
let notSources = ["README.md"]

/// A library; `imports` lists the floors below that it may use, `embedding` the files whose bytes go into the program.
func floor(_ folder: String, imports: [String] = [], embedding: [String] = []) -> Target {
  .target(
    name: module(folder), dependencies: imports.map { .byName(name: module($0)) }, path: "Sources/" + folder,
    exclude: notSources, resources: embedding.map { .embedInCode($0) }, swiftSettings: strict)
}

/// A floor's tests: the floor itself, the shared fixtures, and whatever else they build on.
func tests(of folder: String, with others: [String] = []) -> Target {
  .testTarget(
    name: folder + "Tests",
    dependencies: [.byName(name: module(folder)), "TestSupport"] + others.map { .byName(name: module($0)) },
    swiftSettings: strict)
}

let package = Package(
  name: "siam",
  products: [
    .executable(name: "siam", targets: ["siam"]),
    .library(name: "Siam", targets: ["Siam"]),
  ],
  traits: [
    .trait(
      name: "Vips",
      description: "Read WebP, TIFF, GIF, BMP, PNM, JPEG XL, HEIC and AVIF too, through libvips.")
  ],
  targets: [
    .systemLibrary(
      name: module("CVips"), path: "Sources/CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
    .target(
      name: module("CImageCodecs"),
      dependencies: [.target(name: module("CVips"), condition: .when(traits: ["Vips"]))],
      path: "Sources/CImageCodecs", exclude: notSources,
      cSettings: [.unsafeFlags(["-O2"]), .define("SIAM_VIPS", .when(traits: ["Vips"]))],
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    .target(
      name: module("CKernels"), path: "Sources/CKernels", exclude: notSources,
      cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-fno-trapping-math"])],
      linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread")]),
    // The program's own allocation: no library depends on it.
    .target(
      name: module("CAllocation"), dependencies: ["CSiamKernels"], path: "Sources/CAllocation",
      exclude: notSources),

    floor("Files"),
    floor("Tensors", imports: ["CKernels", "Files"]),
    floor("Images", imports: ["CImageCodecs", "CKernels", "Files"]),
    floor("Augmentations", imports: ["CKernels", "Files", "Images"]),
    floor("NeuralNetworks", imports: ["CKernels", "Files", "Tensors"]),
    floor("Features", imports: ["CKernels", "Files", "Tensors"]),
    floor("Datasets", imports: ["Augmentations", "CKernels", "Features", "Files", "Images", "Tensors"]),
    floor(
      "Methods",
      imports: [
        "Augmentations", "CKernels", "Datasets", "Features", "Files", "Images", "NeuralNetworks", "Tensors",
      ]),
    floor(
      "Training",
      imports: [
        "Augmentations", "Datasets", "Features", "Files", "Images", "Methods", "NeuralNetworks", "Tensors",
      ]),
    floor("ImagePrior", imports: ["CKernels", "Files", "Images", "NeuralNetworks", "Tensors"]),
    floor("Figures", imports: ["Files"]),
    floor(
      "Report",
      imports: [
        "Augmentations", "Datasets", "Features", "Figures", "Files", "Images", "Methods", "NeuralNetworks",
        "Tensors", "Training",
      ],
      embedding: [
        "page.html", "pictures.html", "page.css", "elements.js", "data.js", "tables.js", "map.js", "lasso.js",
        "pictures.js",
        "page.js",
      ].map { "Page/" + $0 }),
    floor(
      "Laboratory",
      imports: [
        "Augmentations", "Datasets", "Features", "Figures", "Files", "Images", "Methods", "NeuralNetworks",
        "Tensors", "Training",
      ]),
    floor(
      "Commands",
      imports: [
        "Augmentations", "Datasets", "Features", "Files", "ImagePrior", "Images", "Laboratory", "Methods",
        "NeuralNetworks", "Report", "Tensors", "Training",
      ]),
    .target(
      name: "Siam",
      dependencies: [
        "SiamAugmentations", "SiamDatasets", "SiamFeatures", "SiamFiles", "SiamImages", "SiamMethods",
        "SiamNeuralNetworks", "SiamTensors", "SiamTraining",
      ],
      exclude: notSources, swiftSettings: strict),

    .executableTarget(
      name: "siam", dependencies: ["SiamCommands", "CSiamAllocation"], path: "Sources/siam",
      swiftSettings: strict),
    .executableTarget(
      name: "siam-bench",
      dependencies: [
        "CSiamKernels", "SiamAugmentations", "SiamDatasets", "SiamFeatures", "SiamFiles", "SiamImages",
        "SiamMethods", "SiamNeuralNetworks", "SiamTensors", "SiamTraining",
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: [
        "SiamDatasets", "SiamFiles", "SiamImages", "SiamMethods", "SiamNeuralNetworks", "SiamTensors",
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    tests(of: "Files"),
    tests(of: "Tensors", with: ["CKernels", "Files"]),
    tests(of: "Images", with: ["CImageCodecs", "CKernels", "Files", "Tensors"]),
    tests(of: "Augmentations", with: ["Files", "Images", "Tensors"]),
    tests(of: "NeuralNetworks", with: ["Files", "Tensors"]),
    tests(of: "Features", with: ["Files", "Images", "Tensors"]),
    tests(
      of: "Datasets", with: ["Augmentations", "Features", "Files", "Images", "NeuralNetworks", "Tensors"]),
    tests(
      of: "Methods", with: ["Augmentations", "Datasets", "Features", "Files", "NeuralNetworks", "Tensors"]),
    tests(
      of: "Training",
      with: [
        "Augmentations", "Datasets", "Features", "Files", "Images", "Methods", "NeuralNetworks", "Tensors",
      ]),
    tests(of: "ImagePrior", with: ["CKernels", "Images", "NeuralNetworks", "Tensors"]),
    tests(of: "Figures"),
    tests(
      of: "Report",
      with: [
        "Datasets", "Features", "Figures", "Files", "Images", "Methods", "NeuralNetworks", "Tensors",
        "Training",
      ]),
    tests(
      of: "Laboratory",
      with: [
        "Datasets", "Features", "Figures", "Files", "Images", "Methods", "NeuralNetworks", "Tensors",
        "Training",
      ]),
    tests(
      of: "Commands",
      with: [
        "Augmentations", "Datasets", "Features", "Files", "Images", "Methods", "NeuralNetworks", "Tensors",
        "Training",
      ]),
  ]
)

// The fuzzers see what a program outside does not; they are built when tools/fuzz/run asks for them.
if Context.environment["SIAM_FUZZERS"] != nil {
  package.targets += [
    .target(name: "CFuzzer", path: "tools/fuzz/Sources/CFuzzer"),
    .executableTarget(
      name: "siam-fuzz",
      dependencies: [
        "CFuzzer", "SiamAugmentations", "SiamDatasets", "SiamFeatures", "SiamFiles", "SiamImages",
        "SiamMethods", "SiamNeuralNetworks", "SiamTensors", "SiamTraining",
      ],
      path: "tools/fuzz/Sources/siam-fuzz", swiftSettings: strict),
  ]
}
