"""Layers forward and backward in PyTorch 2.13, in double precision from float32 inputs.

    python tools/reference/torch_layers.py

writes data/reference/layers.safetensors and data/reference/encoders.safetensors (all float32, pictures uint8).
Arrays lie as in Siam: pictures N H W C, convolution weights (kh, kw, in, out), linear weights (in, out), and they bear
Siam's names: "<case>/x" and "<case>/dy" go in, "<case>/y" and "<case>/dx" come out, "<case>/value/<name>" is a
parameter, "<case>/gradient/<name>" its gradient, "<case>/statistic/<name>" a running statistic after the pass (they
start at mean 0, variance 1) and "<case>/evaluated" the output in evaluation mode with those.
"""

import pathlib

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"
SEED = 1


def float32(tensor: torch.Tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.detach().numpy().astype(np.float32))


def last(x: torch.Tensor) -> torch.Tensor:
    """N C H W to N H W C."""
    return x.permute(0, 2, 3, 1) if x.ndim == 4 else x


def first(x: torch.Tensor) -> torch.Tensor:
    return x.permute(0, 3, 1, 2) if x.ndim == 4 else x


def siam_layout(parameter: torch.Tensor) -> torch.Tensor:
    if parameter.ndim == 4:
        return parameter.permute(2, 3, 1, 0)
    return parameter.T if parameter.ndim == 2 else parameter


def draw(*shape: int) -> torch.Tensor:
    """Normal numbers that are exact in float32."""
    return torch.randn(*shape, dtype=torch.float32).double()


def wild(module: nn.Module) -> nn.Module:
    """Parameters exact in float32; scales and shifts away from 1 and 0."""
    module = module.double()
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim > 1:
                fan_in = parameter[0].numel()
                parameter.copy_((draw(*parameter.shape) * (2 / fan_in) ** 0.5).float())
            else:
                parameter.copy_((1 + draw(*parameter.shape) / 2).float())
    return module


class Unit(nn.Module):
    """A convolution, batch normalisation or its own bias, and a ReLU."""

    def __init__(self, inputs, outputs, kernel, stride=1, norm=True, affine=True, relu=True):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=not norm)
        self.norm = nn.BatchNorm2d(outputs, affine=affine) if norm else None
        self.relu = relu

    def forward(self, x):
        x = self.conv(x)
        x = self.norm(x) if self.norm else x
        return F.relu(x) if self.relu else x


class Block(nn.Module):
    """The basic block of He et al. 2016."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = Unit(inputs, outputs, 3, stride)
        self.second = Unit(outputs, outputs, 3, relu=False)
        same = stride == 1 and inputs == outputs
        self.shortcut = None if same else Unit(inputs, outputs, 1, stride, relu=False)

    def forward(self, x):
        around = self.shortcut(x) if self.shortcut else x
        return F.relu(self.second(self.first(x)) + around)


class Tiny(nn.Module):
    def __init__(self, width):
        super().__init__()
        sizes = [3] + [width << i for i in range(4)]
        self.units = nn.ModuleList(Unit(sizes[i], sizes[i + 1], 3, 1 if i == 0 else 2) for i in range(4))

    def forward(self, x):
        for unit in self.units:
            x = unit(x)
        return x.mean((2, 3))


class Residual(nn.Module):
    """ResNet-18's shape; `large` has the 7x7 stem and the max-pool."""

    def __init__(self, width, large):
        super().__init__()
        self.stem = Unit(3, width, 7 if large else 3, 2 if large else 1)
        self.pool = nn.MaxPool2d(3, 2, 1) if large else nn.Identity()
        groups, channels = [], width
        for group in range(4):
            blocks = []
            for block in range(2):
                blocks.append(Block(channels, width << group, 2 if group > 0 and block == 0 else 1))
                channels = width << group
            groups.append(nn.Sequential(*blocks))
        self.groups = nn.ModuleList(groups)

    def forward(self, x):
        x = self.pool(self.stem(x))
        for group in self.groups:
            x = group(x)
        return x.mean((2, 3))


def siam_name(name: str, prefix: str) -> str:
    """PyTorch's name of a parameter to Siam's; a unit's own bias counts as its normalisation."""
    name = name.replace("conv.bias", "norm.bias").removeprefix("units.").removeprefix("groups.")
    return f"{prefix}.{name}"


def record(arrays: dict, case: str, module: nn.Module, x: torch.Tensor, prefix: str, rename=siam_name, wants_dx=True):
    """One pass in training mode with its backward, then one in evaluation mode. x is N C H W or rows."""
    for name, parameter in module.named_parameters():
        arrays[f"{case}/value/{rename(name, prefix)}"] = float32(siam_layout(parameter))
    x = x.clone().requires_grad_()
    module.train()
    y = module(x)
    dy = draw(*y.shape)
    y.backward(dy)
    arrays[f"{case}/y"], arrays[f"{case}/dy"] = float32(last(y)), float32(last(dy))
    if wants_dx:
        arrays[f"{case}/x"], arrays[f"{case}/dx"] = float32(last(x)), float32(last(x.grad))
    for name, parameter in module.named_parameters():
        arrays[f"{case}/gradient/{rename(name, prefix)}"] = float32(siam_layout(parameter.grad))
    for name, statistic in module.named_buffers():
        if not name.endswith("num_batches_tracked"):
            arrays[f"{case}/statistic/{rename(name, prefix)}"] = float32(statistic)
    module.eval()
    arrays[f"{case}/evaluated"] = float32(last(module(x.detach())))


def layers() -> dict:
    arrays = {}
    # Convolutions with a bias in place of normalisation, then whole units.
    for kernel, stride in [(3, 1), (3, 2), (1, 1), (1, 2), (7, 1), (7, 2)]:
        module = wild(Unit(3, 5, kernel, stride, norm=False, relu=False))
        record(arrays, f"convolution {kernel}x{kernel}/{stride}", module, draw(2, 3, 5, 7), "unit")
    record(arrays, "unit", wild(Unit(3, 6, 3, 2)), draw(3, 3, 6, 5), "unit")
    record(arrays, "unit without scale and shift", wild(Unit(3, 6, 3, affine=False)), draw(3, 3, 4, 5), "unit")
    record(arrays, "block with identity", wild(Block(4, 4, 1)), draw(3, 4, 5, 6), "block")
    record(arrays, "block with projection", wild(Block(4, 6, 2)), draw(3, 4, 5, 6), "block")
    # Halves: windows with equal values, where the first counts.
    record(arrays, "maximum", nn.MaxPool2d(3, 2, 1), (draw(2, 3, 6, 7) * 2).round() / 2, "pool")
    for side in [1, 2, 3]:
        module = nn.Sequential(nn.AdaptiveAvgPool2d(side))
        x = draw(2, 3, 5, 7)
        arrays[f"average {side}/x"] = float32(last(x))
        arrays[f"average {side}/y"] = float32(last(module(x)).reshape(2, -1))
    record(arrays, "linear", wild(nn.Linear(7, 5)), draw(4, 7), "linear")
    record(arrays, "linear without bias", wild(nn.Linear(7, 5, bias=False)), draw(4, 7), "linear")
    record(arrays, "rows", wild(nn.BatchNorm1d(6)), draw(5, 6), "norm")
    record(arrays, "rows without scale and shift", wild(nn.BatchNorm1d(6, affine=False)), draw(5, 6), "norm")
    record(arrays, "rows with ReLU", wild(nn.Sequential(nn.BatchNorm1d(6), nn.ReLU())), draw(5, 6), "norm",
           rename=lambda name, prefix: f"{prefix}.{name.removeprefix('0.')}")

    # The loss; the last row is zero, where the norm is held.
    p, z = draw(5, 7), draw(5, 7)
    p[4] = 0
    p.requires_grad_()
    loss = -F.cosine_similarity(p, z, dim=1).mean()
    loss.backward()
    arrays |= {"cosine/p": float32(p), "cosine/z": float32(z), "cosine/loss": float32(loss),
               "cosine/dp": float32(p.grad)}

    # Three steps of SGD from given gradients.
    w = nn.Parameter(draw(9))
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9, weight_decay=0.01)
    gradients = draw(3, 9)
    arrays |= {"sgd/value": float32(w), "sgd/gradients": float32(gradients)}
    for gradient in gradients:
        w.grad = gradient.clone()
        optimizer.step()
    arrays["sgd/result"] = float32(w)
    return arrays


def encoders() -> dict:
    arrays = {}
    for case, module, batch, size in [
        ("tiny", Tiny(2), 3, 13), ("small", Residual(2, False), 3, 16), ("resnet18", Residual(1, True), 2, 65),
    ]:
        pictures = torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8)
        arrays[f"{case}/pictures"] = np.ascontiguousarray(last(pictures).numpy())
        x = (pictures.float() / 255).double()
        record(arrays, case, wild(module), x, "encoder", wants_dx=False)
    return arrays


if __name__ == "__main__":
    torch.manual_seed(SEED)
    for name, arrays in [("layers", layers()), ("encoders", encoders())]:
        save_file(arrays, FOLDER / f"{name}.safetensors")
