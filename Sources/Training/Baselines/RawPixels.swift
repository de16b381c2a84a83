package import SiamAugmentations
import SiamMethods
import SiamNeuralNetworks
package import SiamTensors

/// The pixels that an encoder would see, as they are.
package struct RawPixels: Baseline {
  package let name = "raw pixels"
  package let size: Int
  package let normalization: Normalization

  /// - Parameter size: that of the encoder's images; of larger ones `Evaluation.largestRaw` are compared.
  package init(size: Int, normalization: Normalization) {
    (self.size, self.normalization) = (min(size, Evaluation.largestRaw), normalization)
  }

  /// The pixels that `encoder` would see.
  package init(as encoder: TrainedEncoder) {
    self.init(size: encoder.configuration.encoder.size, normalization: encoder.normalization)
  }

  package func vectors(of images: Tensor) -> Tensor {
    images.reshaped([images.shape[0], size * size * 3])
  }
}
