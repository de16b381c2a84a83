import CSiamKernels

/// Returns the memory of released buffers to the system, for example between training and evaluation.
package func releaseUnusedBuffers() { BufferPool.drain() }

/// Makes the C library keep up to 64 MB of freed memory for later allocations, which suits a program that decodes one image
/// after another: memory returned to the system would have to be mapped and cleared again, page by page.
///
/// It affects the whole process, so programs call it at their start, and libraries never do.
package func keepFreedMemory() { ck_keep_freed_memory() }
