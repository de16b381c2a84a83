import SiamCommands

#if canImport(Glibc)
  import Glibc
#endif

exit(siamMain())
