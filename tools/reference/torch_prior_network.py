"""The network of the deep image prior in PyTorch: the function `skip` of the code published with Ulyanov, Vedaldi, Lempitsky
2018 ("Deep Image Prior"), without the biases that a batch normalisation cancels."""

import torch
from torch import nn
from torch.nn import functional as F

COLOURS = 3


class Unit(nn.Module):
    """Reflection, convolution, batch normalisation, leaky ReLU."""

    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.border = kernel // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        if self.border:
            x = F.pad(x, [self.border] * 4, mode="reflect")
        return F.leaky_relu(self.norm(self.conv(x)), 0.2)


class Junction(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, deep, skip, size):
        deep = F.interpolate(deep, scale_factor=2, mode="bilinear", align_corners=False)
        deep = deep[:, :, : size[0], : size[1]]
        return self.norm(deep if skip is None else torch.cat([deep, skip], 1))


class Scale(nn.Module):
    def __init__(self, inputs, width, skip, deeper):
        super().__init__()
        self.skip = Unit(inputs, skip, 1) if skip else None
        self.down = Unit(inputs, width, 3, 2)
        self.deeper = Unit(width, width, 3)
        self.below = deeper
        self.junction = Junction(width + skip)
        self.up = Unit(width + skip, width, 3)
        self.mix = Unit(width, width, 1)

    def forward(self, x):
        deep = self.deeper(self.down(x))
        if self.below is not None:
            deep = self.below(deep)
        skip = self.skip(x) if self.skip else None
        return self.mix(self.up(self.junction(deep, skip, x.shape[2:])))


class Network(nn.Module):
    def __init__(self, depth, width, skip, inputs):
        super().__init__()
        below = None
        for index in reversed(range(depth)):
            below = Scale(inputs if index == 0 else width, width, skip, below)
        self.scale = below
        self.head = nn.Conv2d(width, COLOURS, 1)

    def forward(self, x):
        return torch.sigmoid(self.head(self.scale(x)))
