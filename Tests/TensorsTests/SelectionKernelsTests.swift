import CSiamKernels
import SiamTensors
import TestSupport
import Testing

/// The search for the nearest, every variant: choosing by the rule that kernels.inc states, products to the last bit.
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

  @Test("select and prune leave what a sort finds", arguments: kernelVariants, [1, 5, 48, 49, 50, 300])
  func selection(variant: String, k: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (columns, runs, levels) in [(1, 300, 9), (15, 9, 2), (16, 20, 40), (50, 7, 1000), (64, 5, 1)] {
      for (margin, most) in [(0, 400), (0.25, 400), (0.25, k + 3), (3, k)] as [(Float, Int)] {
        let (queries, bank) = (3, columns * runs)
        var rule = ck_selection(k: k, most: most, room: 2 * most + 32, margin: margin)
        let room = Room(queries: queries, room: rule.room, full: min(max(k, 32), 2 * most), except: 7)
        // Of many equal values, zeros of both signs among them; each row of the bank has its step and shift.
        let products = draws(queries * bank, UInt64(k + levels)).map { Int32(($0 * Float(levels)).rounded()) }
        let steps = (0..<bank).map { [1, 0.5, 2, -1][$0 % 4] / Float(levels) }
        let shifts = (0..<bank).map { [0, 0.5, 0][$0 % 3] as Float }
        let querySteps = [1, 0.25, 3] as [Float]
        let all = products.indices.map {
          Float(products[$0]) * (steps[$0 % bank] * querySteps[$0 / bank]) + shifts[$0 % bank]
        }
        let filler = (columns + 15) / 16 * 16 - columns
        for run in 0..<runs {
          let part = run * columns..<(run + 1) * columns
          var filled: [Int32] = []
          for query in 0..<queries {
            filled += products[query * bank..<(query + 1) * bank].dropFirst(part.lowerBound).prefix(columns)
            filled += [Int32](repeating: .max, count: filler)
          }
          let more = [Float](repeating: 1, count: filler)
          unsafe kernels.select_largest(
            filled, queries, columns, querySteps, steps[part] + more, shifts[part] + more,
            UInt32(run * columns), &rule, &room.candidates, &room.limits)
        }
        for query in 0..<queries {
          unsafe kernels.prune_candidates(&rule, &room.candidates[query], &room.limits[query])
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

  @Test("nothing is written past the candidates' room, nor for another query", arguments: kernelVariants)
  func room(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    var rule = ck_selection(k: 4, most: 8, room: 40, margin: 0)
    let room = Room(queries: 3, room: 40, full: 8)
    for at in 0..<120 { unsafe (room.keys[at], room.rows[at]) = (77, 77) }
    // Rising, so that every one passes its limit.
    for run in 0..<20 {
      unsafe kernels.select_largest(
        (0..<16).map { Int32(run * 16 + $0) }, 1, 16, [1], [Float](repeating: 1, count: 16),
        [Float](repeating: 0, count: 16), UInt32(run * 16), &rule, &room.candidates[1], &room.limits[1])
    }
    unsafe kernels.prune_candidates(&rule, &room.candidates[1], &room.limits[1])
    #expect(room.chosen(1) == [316, 317, 318, 319])
    for at in Array(0..<40) + Array(80..<120) { #expect(unsafe room.keys[at] == 77 && room.rows[at] == 77) }
  }

  @Test(
    "products of integers are exact, in one part or several", arguments: kernelVariants,
    Array(1...13) + [16, 35])
  func whole(variant: String, rows: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (pairs, columns) in [(1, 16), (2, 48), (7, 16), (33, 32)] {
      // Integers of both signs, the largest among them, whose sums stay in 32 bits.
      func numbers(_ count: Int, _ seed: UInt64) -> [Int16] {
        draws(count, seed).enumerated().map { $0 % 70 == 3 * Int(seed) ? -32767 : Int16($1 * 3000) }
      }
      let (x, y) = (numbers(rows * 2 * pairs, 1), numbers(columns * 2 * pairs, 2))
      var panels = [Int16](repeating: 0, count: y.count)
      for j in 0..<columns {
        for k in 0..<2 * pairs {
          let pair = (j / 16 * pairs + k / 2) * 16 + j % 16
          panels[2 * pair + k % 2] = y[j * 2 * pairs + k]
        }
      }
      var sums = [Int32](repeating: 77, count: rows * columns + 1)
      unsafe kernels.multiply_integers(x, rows, pairs, panels, columns, false, &sums)
      unsafe kernels.multiply_integers(x, rows, pairs, panels, columns, true, &sums)
      for i in 0..<rows {
        for j in 0..<columns {
          var sum = 0
          for k in 0..<2 * pairs { sum += Int(x[i * 2 * pairs + k]) * Int(y[j * 2 * pairs + k]) }
          #expect(Int(sums[i * columns + j]) == 2 * sum, "\(pairs) pairs, \(columns) columns")
        }
      }
      #expect(sums[rows * columns] == 77)
    }
  }

  @Test("dots are exact to rounding, and the same bits in every variant", arguments: 1...70)
  func dots(dimension: Int) throws {
    let (query, bank) = (draws(dimension, 11), draws(9 * dimension, 12))
    let rows: [UInt32] = [8, 0, 3, 3, 1]
    var first: [Double]?
    for variant in kernelVariants {
      let kernels = try unsafe kernels(variant)
      var products = [Double](repeating: 99, count: rows.count + 1)
      unsafe kernels.dot_products(query, bank, dimension, rows, rows.count, &products)
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
