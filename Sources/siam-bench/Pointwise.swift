import CSiamKernels
import SiamTensors

/// The memory-bound kernels, on images in a core's cache and on a batch larger than any cache.
func benchmarkPointwise(_ bench: Bench) {
  let channels = 64
  for (memory, pixels) in [("in cache", 256), ("in memory", 1 << 17)] {
    bench.forEachThreadCount { threads in
      var copy = 0.0  // seconds a byte
      for (name, perFloat, pass) in passes {
        let parts = pixels > 256 ? threads * 4 : threads
        // In memory every part uses its own floats; in cache each thread repeats over its own few.
        let work = (0..<parts).map { _ in Memory(pixels: max(256, pixels / parts), channels: channels) }
        let rounds = pixels > 256 ? 1 : 200
        let seconds = bench.median {
          parallelFor(parts) { part in for _ in 0..<rounds { pass(work[part]) } }
        }
        let floats = parts * rounds * work[0].pixels * channels
        let bytes = Double(floats * perFloat * MemoryLayout<Float>.size)
        if name == passes[0].name { copy = seconds / bytes }
        bench.report(
          "pointwise/\(name), \(memory)", threads: threads, seconds: seconds, bytes: bytes, copy: copy * bytes
        )
      }
    }
  }
}

/// What one part of the work reads and writes.
@safe private struct Memory: Sendable {
  let pixels, channels: Int
  /// Maps of `pixels` pixels.
  let x, y, z: Buffer
  /// By channel.
  let a, b, c: Buffer

  init(pixels: Int, channels: Int) {
    (self.pixels, self.channels) = (pixels, channels)
    (x, y, z) = (
      randomTensor([pixels * channels]).buffer, randomTensor([pixels * channels]).buffer,
      Buffer(zeros: pixels * channels)
    )
    (a, b, c) = (
      randomTensor([channels]).buffer, randomTensor([channels]).buffer, Buffer(zeros: channels)
    )
  }
}

/// Each kernel: its name, the floats that it reads and writes for each float of an image, and one pass.
private let passes: [(name: String, perFloat: Int, pass: @Sendable (Memory) -> Void)] =
  [
    ("copy", 2, { m in unsafe m.z.base.update(from: m.x.base, count: m.x.count) }),
    ("add", 3, { m in unsafe ck_kernels().pointee.add(m.x.base, m.x.count, m.z.base) }),
    (
      "statistics", 1,
      { m in
        unsafe ck_kernels().pointee.channel_statistics(m.x.base, m.pixels, m.channels, m.a.base, m.c.base)
      }
    ),
    (
      "normalise and ReLU", 2,
      { m in
        unsafe ck_kernels().pointee.normalize(
          m.x.base, nil, 1, m.pixels, m.channels, m.a.base, m.b.base, nil, .infinity, m.z.base, 0, nil)
      }
    ),
    (
      "normalise, shortcut and ReLU", 3,
      { m in
        unsafe ck_kernels().pointee.normalize(
          m.x.base, m.y.base, 1, m.pixels, m.channels, m.a.base, m.b.base, m.b.base, .infinity, m.z.base, 0,
          nil)
      }
    ),
    (
      "gradient behind ReLU with its sums", 4,
      { m in
        unsafe ck_kernels().pointee.normalize_gradient_sums(
          m.x.base, nil, m.y.base, m.y.base, m.pixels, m.channels, m.b.base, nil, nil, .infinity, m.a.base,
          m.c.base,
          m.z.base
        )
      }
    ),
    (
      "gradient of normalisation", 3,
      { m in
        unsafe ck_kernels().pointee.normalize_gradient(
          m.x.base, m.y.base, 1, m.pixels, m.channels, m.a.base, m.b.base, m.c.base, m.z.base, 0)
      }
    ),
    (
      "SGD", 5,
      { m in unsafe ck_kernels().pointee.sgd(m.y.base, m.x.base, m.z.base, m.x.count, 1e-6, 0.9, 1e-6) }
    ),
  ]
