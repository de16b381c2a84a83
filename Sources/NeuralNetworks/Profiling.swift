import Tensors

extension Layer {
  /// `forward`; where somebody profiles, both ways count under the layer's name.
  func profiledForward(
    _ x: Tensor, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Tensor, backward: Backward) {
    guard let profile = Profile.current else { return forward(x, &parameters, mode) }
    let (name, pass) = (name, profile.timed(name) { forward(x, &parameters, mode) })
    return (
      pass.y, { dy, parameters in profile.timed(name, .backward) { pass.backward(dy, &parameters) } }
    )
  }
}

extension Stage {
  /// `forward`; where somebody profiles, both ways count under the stage's name.
  func profiledForward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
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
