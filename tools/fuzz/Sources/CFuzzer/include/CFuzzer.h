// libFuzzer's own entry, for a program that has a `main` of its own.
#ifndef C_FUZZER_H
#define C_FUZZER_H

#include <stddef.h>
#include <stdint.h>

// Source: llvm, compiler-rt/lib/fuzzer/FuzzerInterface and "Using libFuzzer as a library".
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one_input)(const uint8_t *bytes, size_t count));

#endif
