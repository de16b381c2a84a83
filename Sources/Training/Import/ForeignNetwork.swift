import SiamAugmentations
import SiamImages
import SiamNeuralNetworks
import SiamTensors

/// A network of another library whose weights can be imported: its names, and what it makes of images.
package struct ForeignNetwork: Sendable {
  /// The names of a convolution and of the batch normalisation behind it.
  struct Unit: Sendable, Equatable {
    let convolution, normalization: String
  }

  /// Its name in that library, such as "resnet18".
  package let name: String
  /// The libraries that name the weights so.
  package let libraries: String
  /// The same architecture here.
  var encoder: EncoderConfiguration
  /// An array that no other network has.
  let mark: String
  /// What the names of its classifier begin with, which an encoder leaves out.
  let classifier: String
  /// What is added to variances before their root, in place of the 1e-5 of networks here.
  let epsilon: Double
  /// How the library prepares images for it, which it cuts to squares of `side` after it has made them an eighth larger.
  let interpolation: Interpolation
  let normalization: Normalization
  /// The names of the unit that bears this name here, without "encoder.".
  let unit: @Sendable (String) -> Unit

  /// The side in pixels of the square that the networks see.
  package static let side = 224

  /// All of them.
  package static let all = [resnet18, efficientNetLite0, evenEfficientNetLite0]

  /// ResNet-18 as torchvision and timm name it.
  static let resnet18 = ForeignNetwork(
    name: "resnet18", libraries: "torchvision, timm",
    encoder: EncoderConfiguration(preset: .resnet18, size: side), mark: "layer1.0.conv1.weight",
    classifier: "fc.", epsilon: 1e-5, interpolation: .bilinear, normalization: .imagenet
  ) { name in
    // "stem", or "3.1.first": block 1 of group 3.
    let parts = name.split(separator: ".")
    guard parts.count == 3, let group = Int(parts[0]) else {
      return Unit(convolution: "conv1", normalization: "bn1")
    }
    let block = "layer\(group + 1).\(parts[1])."
    return switch parts[2] {
    case "first": Unit(convolution: block + "conv1", normalization: block + "bn1")
    case "second": Unit(convolution: block + "conv2", normalization: block + "bn2")
    default: Unit(convolution: block + "downsample.0", normalization: block + "downsample.1")
    }
  }
}

extension ForeignNetwork: Equatable {
  package static func == (a: Self, b: Self) -> Bool { a.name == b.name }
}
