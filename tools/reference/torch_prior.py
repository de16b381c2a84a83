"""The deep image prior's network in PyTorch 2.13: its gradients, and steps of Adam.

    python tools/reference/torch_prior.py

writes data/reference/prior.safetensors (float32). For each case: "<case>/noise" (H, W, inputs) and "<case>/target" (H, W, 3)
go in, "<case>/value/<name>" are the parameters, "<case>/gradient/<name>" their gradients at the first step (in double
precision), "<case>/first" the first picture, "<case>/loss" the losses and "<case>/last" the picture after all steps (Adam,
rate .01, in double precision). Names, channels-last layout and channels stored in multiples of 16 are Siam's.
"reduce/<factor>/..." are a picture, its reduction by Lanczos and the backward pass of a gradient.

The network is in torch_prior_network.py.
"""

import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional as F

from torch_prior_network import COLOURS, Network

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"


def stored(channels):
    return (channels + 15) // 16 * 16


def padded(array, axis, length):
    widths = [(0, 0)] * array.ndim
    widths[axis] = (0, length - array.shape[axis])
    return np.pad(array, widths)


def siam_name(name):
    """scale.below.down.conv.weight is scale1.down.conv.weight."""
    parts = name.split(".")
    if parts[0] != "scale":
        return "head.conv." + parts[-1]
    depth = parts.count("below")
    return ".".join([f"scale{depth}"] + [part for part in parts[1:] if part != "below"])


def siam_array(name, array, is_gradient=False):
    array = array.detach().cpu().numpy()
    if array.ndim == 4:
        array = array.transpose(2, 3, 1, 0)
        return padded(padded(array, 2, stored(array.shape[2])), 3, stored(array.shape[3]))
    if name.endswith("norm.weight") and not is_gradient:
        return np.pad(array, (0, stored(len(array)) - len(array)), constant_values=1)
    return padded(array, 0, stored(len(array)))


def last(x):
    return x[0].permute(1, 2, 0).detach().numpy()


def lanczos(factor):
    """`get_kernel(factor, 'lanczos', phase=0.5, kernel_width=4 * factor + 1, support=2)` of the published code."""
    width, support = 4 * factor + 1, 2
    kernel = np.zeros([width - 1, width - 1])
    center = (width + 1) / 2.0
    for i in range(1, width):
        for j in range(1, width):
            value = 1
            for d in (abs(i + 0.5 - center) / factor, abs(j + 0.5 - center) / factor):
                if d != 0:
                    value *= support * np.sin(np.pi * d) * np.sin(np.pi * d / support) / (np.pi**2 * d * d)
            kernel[i - 1][j - 1] = value
    return kernel / kernel.sum()


def reduce(x, factor):
    kernel = torch.from_numpy(lanczos(factor)).to(x.dtype)
    pad = (kernel.shape[0] - factor) // 2
    x = F.pad(x, [pad] * 4, mode="replicate")
    weight = kernel[None, None].repeat(x.shape[1], 1, 1, 1)
    return F.conv2d(x, weight, stride=factor, groups=x.shape[1])


CASES = {
    "even": dict(size=(32, 40), depth=1, width=16, skip=4, inputs=8),
    "odd": dict(size=(21, 26), depth=2, width=16, skip=4, inputs=5),
    "bare": dict(size=(9, 10), depth=1, width=24, skip=0, inputs=16),
}
STEPS = 5


def main():
    from safetensors.numpy import save_file

    arrays = {}
    for case, (name, shape) in enumerate(CASES.items()):
        torch.manual_seed(case)
        height, width = shape["size"]
        network = Network(shape["depth"], shape["width"], shape["skip"], shape["inputs"])
        with torch.no_grad():
            for key, parameter in network.named_parameters():
                if "norm" in key:
                    parameter.copy_(1 + torch.randn_like(parameter) / 4 if "weight" in key else torch.randn_like(parameter) / 4)
        noise = torch.rand(1, shape["inputs"], height, width) * 0.1
        target = torch.rand(1, COLOURS, height, width)
        channels = stored(shape["inputs"])
        arrays[f"{name}/noise"] = padded(last(noise), 2, channels)
        arrays[f"{name}/target"] = last(target)
        for key, parameter in network.named_parameters():
            arrays[f"{name}/value/{siam_name(key)}"] = siam_array(key, parameter)
        network, noise, target = network.double(), noise.double(), target.double()
        optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
        losses = []
        for step in range(STEPS):
            optimizer.zero_grad()
            picture = network(noise)
            loss = F.mse_loss(picture, target)
            loss.backward()
            losses.append(loss.item())
            if step == 0:
                arrays[f"{name}/first"] = last(picture)
                for key, parameter in network.named_parameters():
                    arrays[f"{name}/gradient/{siam_name(key)}"] = siam_array(key, parameter.grad, True)
            optimizer.step()
        arrays[f"{name}/loss"] = np.array(losses)
        arrays[f"{name}/last"] = last(network(noise))
    for factor in (2, 4):
        torch.manual_seed(factor)
        picture = torch.rand(1, COLOURS, 4 * factor, 6 * factor, dtype=torch.float64, requires_grad=True)
        small = reduce(picture, factor)
        dy = torch.rand(small.shape, dtype=torch.float64)
        small.backward(dy)
        for key, value in dict(x=picture, y=small, dy=dy, dx=picture.grad).items():
            arrays[f"reduce/{factor}/{key}"] = last(value)
    arrays = {key: np.ascontiguousarray(value, dtype=np.float32) for key, value in arrays.items()}
    save_file(arrays, FOLDER / "prior.safetensors")


if __name__ == "__main__":
    sys.exit(main())
