import SiamTensors

/// What a convolution of an encoder is asked to do: of pictures that are `side` pixels high and wide.
package struct ConvolutionShape: Hashable, Sendable, CustomStringConvertible {
  package let inputs, outputs, kernel, stride, side: Int
  /// Whether anybody asks for the gradient of its input.
  package let propagates: Bool

  package var padding: Int { kernel / 2 }
  package var outputSide: Int { (side + 2 * padding - kernel) / stride + 1 }
  /// Multiplications and additions for one picture, of the direct convolution; both ways back take as many each.
  package var work: Double {
    2 * Double(outputSide * outputSide) * Double(kernel * kernel * inputs * outputs)
  }

  package var description: String {
    "\(kernel)x\(kernel)\(stride > 1 ? "/\(stride)" : "") \(inputs) to \(outputs), \(side)x\(side)"
  }
}

extension ConvolutionShape {
  fileprivate init(_ unit: ConvolutionUnit, side: Int) {
    let convolution = unit.convolution
    self.init(
      inputs: convolution.inputs, outputs: convolution.outputs, kernel: convolution.kernel,
      stride: convolution.stride, side: side, propagates: unit.propagates)
  }
}

extension Encoder {
  /// Its convolutions, in order, for pictures of that side.
  package func convolutions(side: Int) -> [ConvolutionShape] {
    var (side, shapes) = (side, [ConvolutionShape]())
    for stage in stages {
      switch stage {
      case let unit as ConvolutionUnit:
        shapes.append(ConvolutionShape(unit, side: side))
        side = unit.convolution.outputSize(side)
      case let block as ResidualBlock:
        let inner = block.first.convolution.outputSize(side)
        shapes.append(ConvolutionShape(block.first, side: side))
        shapes.append(ConvolutionShape(block.second, side: inner))
        if let shortcut = block.shortcut { shapes.append(ConvolutionShape(shortcut, side: side)) }
        side = inner
      case is MaxPool: side = (side - 1) / 2 + 1
      default: preconditionFailure("a stage of unknown shape: \(stage.name)")
      }
    }
    return shapes
  }
}

/// One convolution on random pictures, with its normalisation and all that an encoder does around it: for measuring.
package struct LoneConvolution {
  private let withInput, weightsAlone: ConvolutionUnit
  private let x: Activation
  private var parameters: Parameters

  package init(_ shape: ConvolutionShape, batch: Int) {
    func unit(propagates: Bool, in layout: inout ParameterLayout) -> ConvolutionUnit {
      ConvolutionUnit(
        shape.inputs, shape.outputs, kernel: shape.kernel, stride: shape.stride, propagates: propagates,
        named: propagates ? "both" : "weights", in: &layout)
    }
    var layout = ParameterLayout()
    withInput = unit(propagates: true, in: &layout)
    weightsAlone = unit(propagates: false, in: &layout)
    parameters = Parameters(layout, initializer: .he, seed: 1)
    var generator = CounterGenerator(1)
    let sizes = [batch, shape.side, shape.side, shape.inputs]
    let values = (0..<sizes.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }
    x = Activation(Tensor(sizes, values))
  }

  /// One forward pass in training; returns the way back, which may be called any number of times.
  ///
  /// - Parameter propagates: whether the way back computes the input's gradient beside that of the weights.
  package mutating func forward(propagates: Bool) -> (inout LoneConvolution) -> Void {
    let unit = propagates ? withInput : weightsAlone
    let pass = unit.forward(x, &parameters, .training)
    let dy = pass.y.values
    let sums = GradientSums(parts: x.batch, channels: dy.channels)
    for buffer in [sums.sums, sums.products] { unsafe buffer.base.update(repeating: 0, count: buffer.count) }
    return { lone in
      _ = pass.backward(ActivationGradient(dy, sums: sums), nil, &lone.parameters)
    }
  }
}
