/// What a convolution of a network is asked to do, with maps that are `side` pixels high and wide.
package struct ConvolutionShape: Hashable, Sendable, CustomStringConvertible {
  /// Channels in and out, the kernel's side and stride, and the height and width of the input in pixels.
  package let inputs, outputs, kernel, stride, side: Int
  /// Whether the gradient of its input is computed.
  package let propagates: Bool

  /// Whether each channel has a filter of its own; `inputs` is 1 then.
  package let isDepthwise: Bool

  /// The shape of a depthwise convolution of maps with that side.
  init(_ convolution: DepthwiseConvolution, side: Int) {
    (inputs, outputs, kernel) = (1, convolution.channels, convolution.kernel)
    (stride, self.side, propagates, isDepthwise) = (convolution.stride, side, true, true)
  }

  /// The shape of a unit's convolution of maps with that side.
  init(_ unit: ConvolutionUnit, side: Int) {
    let convolution = unit.convolution
    (inputs, outputs, kernel) = (convolution.inputs, convolution.outputs, convolution.kernel)
    (stride, self.side, propagates, isDepthwise) = (convolution.stride, side, unit.propagates, false)
  }

  /// The height and width of its output, in pixels.
  package var outputSide: Int { (side + 2 * (kernel / 2) - kernel) / stride + 1 }
  /// The number of its weights.
  package var weights: Int { kernel * kernel * inputs * outputs }
  /// Multiplications and additions of the direct convolution for one image; dW and dx take as many each.
  package var work: Double {
    2 * Double(outputSide * outputSide) * Double(weights)
  }

  package var description: String {
    "\(kernel)x\(kernel)\(stride > 1 ? "/\(stride)" : "") \(inputs) to \(outputs), \(side)x\(side)"
  }
}

/// What a stage makes of maps that are so many pixels high and wide.
package struct StageShapes: Sendable {
  /// Its convolutions, in order.
  package let convolutions: [ConvolutionShape]
  /// The height and width, and the channels, of its output.
  package let side, channels: Int
}

extension Encoder {
  /// What comes of images (N, side, side, 3), stage by stage.
  package func shapes(side: Int) -> [StageShapes] { Self.shapes(of: stages, side: side) }

  /// Its convolutions, in order, for images of that side.
  package func convolutions(side: Int) -> [ConvolutionShape] { shapes(side: side).flatMap(\.convolutions) }

  static func shapes(of stages: [any Stage], side: Int, channels: Int = 3) -> [StageShapes] {
    var (side, channels) = (side, channels)
    return stages.map { stage in
      let shapes = stage.shapes(side: side, channels: channels)
      (side, channels) = (shapes.side, shapes.channels)
      return shapes
    }
  }
}
