import SiamNeuralNetworks
import SiamTensors

/// The multiple of 16 that so many channels are stored as.
func stored(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

/// A convolution whose channels are stored in multiples of 16; those past the ones that count are zero and stay zero.
struct PaddedConvolution: Sendable {
  /// The convolution of all stored channels.
  let geometry: Convolution
  /// The channels that count.
  let inputs, outputs: Int

  /// Makes zero the weights of channels that only fill up.
  func clearPadding(_ parameters: inout Parameters) {
    let (allInputs, allOutputs, count) = (geometry.inputs, geometry.outputs, geometry.weight.count)
    let (start, inputs, outputs) = (geometry.weight.lowerBound, inputs, outputs)
    parameters.values.withMutableSpan { values in
      for index in 0..<count
      where index % allOutputs >= outputs || index / allOutputs % allInputs >= inputs {
        values[start + index] = 0
      }
    }
  }
}

/// Runs a backward pass; a profile, if there is one, counts its time under the name of the part.
func profiledBackward<Result>(_ name: String, _ body: () -> Result) -> Result {
  guard let profile = Profile.current else { return body() }
  return profile.timed(name, .backward, body)
}
