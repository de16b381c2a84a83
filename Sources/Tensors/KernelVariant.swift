internal import CKernels

/// The name of the inner loops' variant that this processor uses: "avx512", "avx2", "plain".
public var kernelVariant: String { unsafe String(cString: ck_variant()) }

/// The names that `SIAM_KERNELS` can take on this processor, the best first.
public var kernelVariants: [String] { ["avx512", "avx2", "plain"].filter { unsafe ck_find($0) != nil } }
