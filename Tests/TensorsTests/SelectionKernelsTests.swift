import CKernels
import TestSupport
import Testing

/// The search for the nearest, every variant: choosing by the rule that CKernels.h states, products to the last bit.
@Suite struct SelectionKernelsTests {
  /// Candidates of some queries with the room they need.
  @safe private final class Room {
    let keys: UnsafeMutablePointer<Int32>
    let rows: UnsafeMutablePointer<UInt32>
    let room: Int
    var candidates: [ck_candidates]
    var limits: [Float]

    init(queries: Int, room: Int, full: Int, except: UInt32 = .max) {
      self.room = room
      unsafe keys = .allocate(capacity: queries * room)
      unsafe rows = .allocate(capacity: queries * room)
      limits = [Float](repeating: -.infinity, count: queries)
      unsafe candidates = []
      for query in 0..<queries {
        unsafe candidates.append(
          ck_candidates(
            keys: keys + query * room, rows: rows + query * room, count: 0, full: full, except: except))
      }
    }

    deinit {
      unsafe keys.deallocate()
      unsafe rows.deallocate()
    }

    func chosen(_ query: Int) -> [Int] {
      unsafe (0..<candidates[query].count).map { unsafe Int(rows[query * room + $0]) }
    }
  }

  @Test("select and prune leave what a sort finds", arguments: variants, [1, 5, 48, 49, 50, 300])
  func selection(variant: String, k: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (columns, runs, levels) in [(1, 300, 9), (15, 9, 2), (16, 20, 40), (50, 7, 1000), (64, 5, 1)] {
      for (margin, most) in [(0, 400), (0.25, 400), (0.25, k + 3), (3, k)] as [(Float, Int)] {
        let (queries, bank) = (3, columns * runs)
        var rule = ck_selection(k: k, most: most, room: 2 * most + 32, margin: margin)
        let room = Room(queries: queries, room: rule.room, full: min(max(k, 32), 2 * most), except: 7)
        // Of many equal values, zeros of both signs among them.
        let all = draws(queries * bank, UInt64(k + levels)).map { value -> Float in
          let level = (value * Float(levels)).rounded() / Float(levels)
          return level == 0 && value < 0 ? -0.0 : level
        }
        for run in 0..<runs {
          var similarities: [Float] = []
          for query in 0..<queries {
            let start = query * bank + run * columns
            similarities += all[start..<start + columns]
          }
          unsafe kernels.select(
            similarities, queries, columns, UInt32(run * columns), &rule, &room.candidates, &room.limits)
        }
        for query in 0..<queries {
          unsafe kernels.prune(&rule, &room.candidates[query], &room.limits[query])
          let row = Array(all[query * bank..<(query + 1) * bank])
          let others = row.indices.filter { $0 != 7 }
          let ordered = others.sorted { (row[$1], $0) < (row[$0], $1) }
          let least = ordered.count > k ? row[ordered[k - 1]] - margin : -.infinity
          let expected = ordered.prefix { row[$0] >= least }.prefix(most).sorted()
          #expect(room.chosen(query) == expected, "\(columns) columns, margin \(margin), most \(most)")
        }
      }
    }
  }

  @Test("nothing is written past the candidates' room, nor for another query", arguments: variants)
  func room(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    var rule = ck_selection(k: 4, most: 8, room: 40, margin: 0)
    let room = Room(queries: 3, room: 40, full: 8)
    for at in 0..<120 { unsafe (room.keys[at], room.rows[at]) = (77, 77) }
    // Rising, so that every one passes its limit.
    for run in 0..<20 {
      unsafe kernels.select(
        (0..<16).map { Float(run * 16 + $0) }, 1, 16, UInt32(run * 16), &rule, &room.candidates[1],
        &room.limits[1])
    }
    unsafe kernels.prune(&rule, &room.candidates[1], &room.limits[1])
    #expect(room.chosen(1) == [316, 317, 318, 319])
    for at in Array(0..<40) + Array(80..<120) { #expect(unsafe room.keys[at] == 77 && room.rows[at] == 77) }
  }

  @Test("dots are exact to rounding, and the same bits in every variant", arguments: 1...70)
  func dots(dimension: Int) throws {
    let (query, bank) = (draws(dimension, 11), draws(9 * dimension, 12))
    let rows: [UInt32] = [8, 0, 3, 3, 1]
    var first: [Double]?
    for variant in variants {
      let kernels = try unsafe kernels(variant)
      var products = [Double](repeating: 99, count: rows.count + 1)
      unsafe kernels.dots(query, bank, dimension, rows, rows.count, &products)
      for (product, row) in zip(products, rows) {
        let expected = (0..<dimension).reduce(0.0) {
          $0 + Double(query[$1]) * Double(bank[Int(row) * dimension + $1])
        }
        #expect(abs(product - expected) < 1e-14 * Double(dimension))
      }
      #expect(products[rows.count] == 99)
      #expect(products == first ?? products, "\(variant)")
      first = products
    }
  }
}
