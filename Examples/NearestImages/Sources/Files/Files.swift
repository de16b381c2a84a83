import Glibc

/// A path's last two parts: "coat/00007.png".
public func name(of path: String) -> String { path.split(separator: "/").suffix(2).joined(separator: "/") }

/// A number with two decimals.
public func hundredths(_ value: Double) -> String { "\((100 * value).rounded() / 100)" }

/// Ends the program with an exit code.
public func exitProgram(_ code: Int32) -> Never { exit(code) }
