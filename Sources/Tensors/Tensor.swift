/// An array of Floats with a shape; the last axis is contiguous.
///
/// Pictures and activations are N H W C, matrices rows by columns. A tensor is a value: a copy shares memory until one
/// of the two changes.
package struct Tensor: Sendable {
  package let shape: [Int]
  package private(set) var buffer: Buffer

  /// The number of elements, the product of the shape.
  package var count: Int { buffer.count }
  /// The length of the last axis: channels, or columns.
  package var channels: Int { shape[shape.count - 1] }
  /// The number of runs along the last axis: pixels of a batch, or rows of a matrix.
  package var rows: Int { channels == 0 ? 0 : count / channels }

  /// Elements of any value, for a writer that fills them all.
  package init(uninitialized shape: [Int]) {
    precondition(!shape.isEmpty && shape.allSatisfy { $0 >= 0 }, "a tensor of shape \(shape)")
    self.shape = shape
    buffer = Buffer(count: shape.reduce(1, *))
  }

  package init(zeros shape: [Int]) {
    self.init(uninitialized: shape)
    unsafe buffer.base.update(repeating: 0, count: count)
  }

  /// - Precondition: as many values as the shape asks for.
  package init(_ shape: [Int], _ values: [Float]) {
    self.init(uninitialized: shape)
    precondition(values.count == count, "\(values.count) values for shape \(shape)")
    unsafe values.withUnsafeBufferPointer { from in
      if let from = from.baseAddress { unsafe buffer.base.update(from: from, count: count) }
    }
  }

  /// The same elements under another shape.
  ///
  /// - Precondition: as many elements as before.
  package func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "\(self.shape) cannot become \(shape)")
    return Tensor(shape: shape, buffer: buffer)
  }

  package init(shape: [Int], buffer: Buffer) {
    precondition(shape.reduce(1, *) == buffer.count, "\(buffer.count) floats for shape \(shape)")
    (self.shape, self.buffer) = (shape, buffer)
  }

  /// The elements, copied out in order or in.
  package var values: [Float] {
    get {
      unsafe [Float](unsafeUninitializedCapacity: count) { to, filled in
        if let start = to.baseAddress { unsafe start.update(from: buffer.base, count: count) }
        filled = count
      }
    }
    set { self = Tensor(shape, newValue) }
  }

  /// Reads the elements in place.
  package func withSpan<Result>(_ body: (Span<Float>) -> Result) -> Result {
    let elements = unsafe UnsafeBufferPointer(start: buffer.base, count: count)
    return unsafe body(elements.span)
  }

  /// Changes the elements in place; a shared tensor is copied first.
  package mutating func withMutableSpan<Result>(_ body: (inout MutableSpan<Float>) -> Result) -> Result {
    let elements = unsafe UnsafeMutableBufferPointer(start: unique().base, count: count)
    var span = unsafe elements.mutableSpan
    return body(&span)
  }

  /// The buffer, owned by this tensor alone, to write into.
  package mutating func unique() -> Buffer {
    if !isKnownUniquelyReferenced(&buffer) { buffer = Buffer(copying: buffer) }
    return buffer
  }
}
