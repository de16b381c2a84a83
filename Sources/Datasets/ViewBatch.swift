package import SiamTensors

/// The views that a method needs of each image.
package struct ViewRequest: Sendable, Equatable {
  /// The number of views passed individually.
  package var views = 2
  /// The number of further views of which only the mean is passed; 0 for none.
  package var averaged = 0

  package init(views: Int = 2, averaged: Int = 0) { (self.views, self.averaged) = (views, averaged) }
}

/// A batch as passed to a method.
package struct ViewBatch: Sendable {
  /// (N, size, size, 3) each, normalised: views 0, 1, … of the images.
  package let views: [Tensor]
  /// The mean of further views of each image, the same shape; nil if none was requested.
  package let mean: Tensor?
  /// The images' indices in the store.
  package let indices: [Int]

  package init(views: [Tensor], mean: Tensor? = nil, indices: [Int]) {
    (self.views, self.mean, self.indices) = (views, mean, indices)
  }
}
