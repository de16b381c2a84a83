import CSiamKernels

/// The name of the kernels' variant in use: "avx512", "avx2" or "plain".
package var kernelVariant: String { unsafe String(cString: ck_kernels().pointee.name) }

/// The variants that this processor can run, which are the values that `SIAM_KERNELS` accepts, fastest first.
package var kernelVariants: [String] {
  var names: [String] = []
  while let name = unsafe ck_variant_name(names.count) { names.append(unsafe String(cString: name)) }
  return names
}
