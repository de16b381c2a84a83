import SiamAugmentations
import SiamImages
import SiamNeuralNetworks

extension ForeignNetwork {
  /// EfficientNet-Lite0 with TensorFlow's borders and ε, as timm names it.
  static let efficientNetLite0 = ForeignNetwork(
    name: "tf_efficientnet_lite0", libraries: "timm",
    encoder: EncoderConfiguration(preset: .efficientNetLite0, size: side), mark: "blocks.0.0.conv_dw.weight",
    classifier: "classifier.", epsilon: 1e-3, interpolation: .bicubic,
    normalization: Normalization(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
  ) { name in
    // "stem", "head", or "3.1.expand": block 1 of group 3.
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
