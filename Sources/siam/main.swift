import Commands

#if canImport(Glibc)
  import Glibc
#endif

exit(siamMain())
