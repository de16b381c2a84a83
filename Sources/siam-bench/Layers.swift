import SiamNeuralNetworks
import SiamTensors

/// The shapes of the convolutions of all presets, each once, with the first preset that has it.
func distinctShapes() -> [(preset: String, shape: ConvolutionShape)] {
  var seen: Set<ConvolutionShape> = []
  return EncoderConfiguration.Preset.allCases.flatMap { preset in
    preset.sides.flatMap { side in
      var layout = ParameterLayout()
      let encoder = EncoderConfiguration(preset: preset, size: side).encoder(in: &layout)
      return encoder.convolutions(side: side).filter { !$0.isDepthwise && seen.insert($0).inserted }.map {
        ("\(preset.rawValue) at \(side)", $0)
      }
    }
  }
}

/// Convolutions as a training step runs them on a batch: border, product and moments forward; the gradient before
/// normalisation, dW and dx backward.
///
/// dx and dW share a pass over the images: dx is what the pass takes beyond one that computes only dW.
func benchmarkLayers(_ bench: Bench) {
  for (preset, shape) in distinctShapes() {
    let batch = bench.options["batch"] ?? (shape.side * shape.side * shape.inputs > 70_000 ? 16 : 64)
    var convolution = MeasuredConvolution(shape, batch: batch)
    bench.forEachThreadCount { threads in
      let forward = bench.median(of: 5) { _ = convolution.forward(propagates: true) }
      let (both, weights) = (convolution.forward(propagates: true), convolution.forward(propagates: false))
      let weightSeconds = bench.median(of: 5) { weights(&convolution) }
      var passes = [("forward", forward), ("dW", weightSeconds)]
      if shape.propagates {
        let more = bench.median(of: 5) { both(&convolution) } - weightSeconds
        // On a busy machine the difference can be lost in noise.
        if more > 0.1 * weightSeconds { passes.append(("dx", more)) }
      }
      for (pass, seconds) in passes {
        bench.report(
          "layers/\(preset), \(shape), \(pass)", threads: threads, seconds: seconds,
          work: shape.work * Double(batch))
      }
    }
  }
}
