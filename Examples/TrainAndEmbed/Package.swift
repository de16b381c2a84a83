// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "TrainAndEmbed",
  dependencies: [.package(name: "siam", path: "../..")],
  targets: [
    .target(name: "Files"),
    .executableTarget(
      name: "TrainAndEmbed", dependencies: ["Files", .product(name: "Siam", package: "siam")]),
  ])
