import CSiamKernels

/// Returns the memory of released buffers to the system, for example between training and evaluation.
package func releaseUnusedBuffers() { BufferPool.drain() }

/// Makes the C library keep up to 64 MB of freed memory for later allocations, which suits a program that decodes one image
/// after another: memory returned to the system would have to be mapped and cleared again, page by page.
///
/// It affects the whole process, so programs call it at their start, and libraries never do.
package func keepFreedMemory() { ck_keep_freed_memory() }

/// Ends the program with exit code 70 and one line as soon as the system refuses it memory.
///
/// It affects the whole process, so programs call it at their start, and libraries never do.
/// - Parameter program: the beginning of the line: "siam train".
package func endWithoutMemory(_ program: String) { unsafe ck_end_without_memory(program) }

/// Names what the program uses memory for from now on, for the line of `endWithoutMemory(_:)`; one thread calls it at a time.
package func useMemory(for stage: String) { unsafe ck_set_stage(stage) }
