import SiamFiles
import Testing

@testable import SiamTensors

@Suite struct BufferPoolTests {
  @Test func `neighbours are joined, whichever comes last`() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      var list = FreeList()
      for index in order { list.add(4096 + UInt(index) * 100, 100) }
      #expect(list.blocks.map(\.start) == [4096])
      #expect(list.blocks.map(\.size) == [300])
    }
  }

  @Test func `the smallest stretch that has room is cut from its beginning`() {
    var list = FreeList()
    for (start, size) in [(1000, 300), (2000, 100), (3000, 200), (4000, 200)] { list.add(UInt(start), size) }
    #expect(list.take(150) == 3000)
    #expect(list.take(100) == 2000)
    #expect(list.take(301) == nil)
    #expect(list.take(200) == 4000)
    #expect(list.blocks.map(\.start) == [1000, 3150])
    #expect(list.blocks.map(\.size) == [300, 50])
  }

  @Test("whatever comes and goes, nothing is free twice or lost", arguments: [1, 2, 3] as [UInt64])
  func model(seed: UInt64) {
    var generator = CounterGenerator(seed)
    var list = FreeList()
    var isFree = [Bool](repeating: true, count: 512)
    var taken: [(start: Int, size: Int)] = []
    list.add(1, isFree.count)
    for _ in 0..<4000 {
      if Bool.random(using: &generator), !taken.isEmpty {
        let (start, size) = taken.remove(at: Int.random(in: taken.indices, using: &generator))
        list.add(UInt(start + 1), size)
        for index in start..<start + size { isFree[index] = true }
      } else {
        let size = Int.random(in: 1...40, using: &generator)
        let longest = isFree.split(separator: false).map(\.count).max() ?? 0
        let start = list.take(size).map { Int($0) - 1 }
        #expect((start != nil) == (longest >= size))
        guard let start else { continue }
        #expect(isFree[start..<start + size].allSatisfy { $0 })
        for index in start..<start + size { isFree[index] = false }
        taken.append((start, size))
      }
    }
    var model: [(Int, Int)] = []
    for run in isFree.indices.split(whereSeparator: { !isFree[$0] }) {
      if let first = run.first { model.append((first + 1, run.count)) }
    }
    #expect(list.blocks.map { Int($0.start) } == model.map(\.0))
    #expect(list.blocks.map(\.size) == model.map(\.1))
  }

  @Test func `what is given back twice is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      var list = FreeList()
      list.add(4096, 200)
      list.add(4196, 50)
    }
    await #expect(processExitsWith: .failure) {
      var list = FreeList()
      list.add(4196, 50)
      list.add(4096, 200)
    }
  }

  @Test func `buffers of sizes that come one after the other share their memory, which goes back at the end`()
    async
  {
    await #expect(processExitsWith: .success) {
      /// Megabytes that the process has, of pages of 4 KiB.
      func resident() -> Int {
        let words = ((try? readFile("/proc/self/statm")) ?? []).split(separator: 0x20)
        return words.count > 1 ? (Int(String(decoding: words[1], as: UTF8.self)) ?? 0) / 256 : 0
      }
      let before = resident()
      for size in [1, 2, 4, 8, 3, 5] {
        let buffers = (0..<60 / size).map { _ in Buffer(zeros: size << 18) }
        precondition(buffers.allSatisfy { unsafe Int(bitPattern: $0.base) % 64 == 0 })
      }
      let full = resident() - before
      precondition(50...100 ~= full, "\(full) MB for 60 MB at a time")
      releaseUnusedBuffers()
      let left = resident() - before
      precondition(left < 10, "\(left) MB left")
    }
  }
}
