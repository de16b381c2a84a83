// What a program that learns features needs, in one import.
@_exported public import SiamAugmentations
@_exported public import SiamDatasets
@_exported public import SiamFeatures
@_exported public import SiamFiles
@_exported public import SiamImages
@_exported public import SiamMethods
@_exported public import SiamNeuralNetworks
@_exported public import SiamTensors
@_exported public import SiamTraining
