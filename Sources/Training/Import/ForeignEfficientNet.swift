import SiamAugmentations
import SiamImages
import SiamNeuralNetworks

extension ForeignNetwork {
  /// EfficientNet-Lite0 with TensorFlow's borders and ε.
  static let efficientNetLite0 = efficientNetLite0(
    "tf_efficientnet_lite0", evenBorders: nil, epsilon: 1e-3,
    Normalization(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5]))

  /// EfficientNet-Lite0 with PyTorch's, trained by timm itself.
  static let evenEfficientNetLite0 = efficientNetLite0(
    "efficientnet_lite0", evenBorders: true, epsilon: 1e-5, .imagenet)

  private static func efficientNetLite0(
    _ name: String, evenBorders: Bool?, epsilon: Double, _ normalization: Normalization
  ) -> ForeignNetwork {
    var encoder = EncoderConfiguration(preset: .efficientNetLite0, size: side)
    encoder.hasEvenBorders = evenBorders
    return ForeignNetwork(
      name: name, libraries: "timm", encoder: encoder, mark: "blocks.0.0.conv_dw.weight",
      classifier: "classifier.", epsilon: epsilon, interpolation: .bicubic, normalization: normalization,
      unit: unitOfEfficientNet)
  }

  /// timm's names for "stem", "head", or "3.1.expand", which is in block 1 of group 3.
  private static func unitOfEfficientNet(_ name: String) -> Unit {
    let parts = name.split(separator: ".")
    guard parts.count == 3 else {
      return name == "stem"
        ? Unit(convolution: "conv_stem", normalization: "bn1")
        : Unit(convolution: "conv_head", normalization: "bn2")
    }
    let block = "blocks.\(parts[0]).\(parts[1])."
    // The first group expands nothing, and counts from its depthwise convolution.
    let before = parts[0] == "0" ? 0 : 1
    return switch parts[2] {
    case "expand": Unit(convolution: block + "conv_pw", normalization: block + "bn1")
    case "depthwise": Unit(convolution: block + "conv_dw", normalization: block + "bn\(1 + before)")
    default:
      Unit(
        convolution: block + (before == 0 ? "conv_pw" : "conv_pwl"), normalization: block + "bn\(2 + before)")
    }
  }
}
