import CSiamKernels

/// The name of the inner loops' variant that this processor uses: "avx512", "avx2", "plain".
package var kernelVariant: String { unsafe String(cString: ck_variant()) }

/// The names that `SIAM_KERNELS` can take on this processor, the best first.
package var kernelVariants: [String] {
  var names: [String] = []
  while let name = unsafe ck_variant_at(names.count) { names.append(unsafe String(cString: name)) }
  return names
}
