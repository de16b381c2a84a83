// What a program that learns features needs, in one import.
@_exported public import SiamTraining
