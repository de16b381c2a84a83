import SiamTensors

extension Layer {
  /// `forward`; a profile counts the time of both passes under the layer's name, and a watch for values that are not
  /// finite checks the output.
  func profiledForward(
    _ x: Tensor, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Tensor, backward: Backward) {
    if let watch = BrokenWatch.current {
      let pass = forward(x, &parameters, mode)
      watch.look(at: pass.y, of: name, parameters)
      return pass
    }
    guard let profile = Profile.current else { return forward(x, &parameters, mode) }
    let (name, pass) = (name, profile.timed(name) { forward(x, &parameters, mode) })
    return (
      pass.y, { dy, parameters in profile.timed(name, .backward) { pass.backward(dy, &parameters) } }
    )
  }
}

extension Stage {
  /// `forward`; a profile counts the time of both passes under the stage's name, and a watch for values that are not
  /// finite checks the output, which is a convolution's: a block checks those inside it.
  package func profiledForward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
    if let watch = BrokenWatch.current {
      let pass = forward(x, &parameters, mode)
      watch.look(at: pass.y.values, of: name + ".conv", parameters)
      return pass
    }
    guard let profile = Profile.current else { return forward(x, &parameters, mode) }
    let (name, pass) = (name, profile.timed(name) { forward(x, &parameters, mode) })
    return (
      pass.y,
      { gradient, adding, parameters in
        profile.timed(name, .backward) { pass.backward(gradient, adding, &parameters) }
      }
    )
  }
}
