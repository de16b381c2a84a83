// swift-tools-version: 6.2
// The fuzzers of everything that reads a file or a text of others; `run` builds and runs them.
import PackageDescription

let package = Package(
  name: "siam-fuzz",
  dependencies: [.package(name: "siam", path: "../..")],
  targets: [
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "siam-fuzz", dependencies: ["CFuzzer", .product(name: "Siam", package: "siam")],
      swiftSettings: [
        .swiftLanguageMode(.v6), .strictMemorySafety(), .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("ExistentialAny"),
        .treatAllWarnings(as: .error),
      ]),
  ]
)
