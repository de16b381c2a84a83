// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "NearestImages",
  dependencies: [.package(name: "siam", path: "../..")],
  targets: [
    .target(name: "Files"),
    .executableTarget(
      name: "NearestImages", dependencies: ["Files", .product(name: "Siam", package: "siam")]),
  ])
