import CSiamKernels

/// Has the C library keep up to 64 MB of freed memory for the next allocation, as a program should that makes one picture
/// after the other: given back to the system, every page of it would have to be asked for again, and cleared.
///
/// For the whole process, so it is for programs to call, at their start, and not for libraries.
package func keepFreedMemory() {
  ck_keep_freed_memory()
}
