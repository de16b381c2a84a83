"""Loads a network of Siam's, an encoder.safetensors, into PyTorch.

    encoder = load("runs/first/encoder.safetensors")
    features = encoder(pictures)        # (N, 3, size, size), bytes / 255, to (N, dimension)
"""

import json
import re

import torch
from safetensors import safe_open
from torch import nn

NORMALIZATIONS = {"cifar": ((0.4914, 0.4822, 0.4465), (0.247, 0.2435, 0.2616)), "grey": ((0.286,) * 3, (0.353,) * 3),
                  "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))}  # fmt: skip


class Unit(nn.Sequential):
    """A convolution with its normalisation, or its bias; depthwise where each output has one input."""

    def __init__(self, tensors: dict, name: str, stride: int = 1, depthwise: bool = False):
        weight = tensors[f"{name}.conv.weight"].permute(3, 2, 0, 1)  # from (kernel, kernel, inputs, outputs)
        outputs, inputs, side, _ = weight.shape
        groups = outputs if depthwise else 1
        super().__init__(nn.Conv2d(inputs * groups, outputs, side, stride, side // 2, groups=groups), nn.BatchNorm2d(outputs))
        norm = {key.rsplit(".", 1)[1]: value for key, value in tensors.items() if key.startswith(name + ".norm.")}
        if "weight" in norm:
            self[1].load_state_dict(norm | {"num_batches_tracked": torch.tensor(0)})
        else:
            self[1] = nn.Identity()
        bias = torch.zeros(outputs) if "weight" in norm else norm["bias"]
        self[0].load_state_dict({"weight": weight.contiguous(), "bias": bias})


class Block(nn.Module):
    def __init__(self, tensors: dict, name: str, stride: int):
        super().__init__()
        self.first, self.second = Unit(tensors, name + ".first", stride), Unit(tensors, name + ".second")
        wide = f"{name}.shortcut.conv.weight" in tensors
        self.shortcut = Unit(tensors, name + ".shortcut", stride) if wide else nn.Identity()

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


class Same(nn.Module):
    """A unit with TensorFlow's borders: of an odd number of zeros one more behind the picture."""

    def __init__(self, unit: Unit):
        super().__init__()
        self.unit = unit
        unit[0].padding = (0, 0)

    def forward(self, x):
        (kernel, _), (stride, _) = self.unit[0].kernel_size, self.unit[0].stride
        down, right = (max((size - 1) // stride * stride + kernel - size, 0) for size in x.shape[2:])
        return self.unit(nn.functional.pad(x, (right // 2, right - right // 2, down // 2, down - down // 2)))


class Inverted(nn.Module):
    def __init__(self, tensors: dict, name: str, stride: int, border):
        super().__init__()
        wide = f"{name}.expand.conv.weight" in tensors
        self.expand = nn.Sequential(Unit(tensors, name + ".expand"), nn.ReLU6()) if wide else nn.Identity()
        self.depthwise = border(Unit(tensors, name + ".depthwise", stride, depthwise=True))
        self.project = Unit(tensors, name + ".project")
        self.adds = wide and stride == 1

    def forward(self, x):
        y = self.project(nn.functional.relu6(self.depthwise(self.expand(x))))
        return y + x if self.adds and y.shape == x.shape else y


def lite0(tensors: dict, has_even_borders: bool) -> list[nn.Module]:
    border = (lambda unit: unit) if has_even_borders else Same
    layers = [border(Unit(tensors, "encoder.stem", 2)), nn.ReLU6()]
    for group, (blocks, stride) in enumerate([(1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1)]):
        layers += [Inverted(tensors, f"encoder.{group}.{block}", 1 if block else stride, border) for block in range(blocks)]
    return layers + [Unit(tensors, "encoder.head"), nn.ReLU6()]


class Normalize(nn.Module):
    def __init__(self, recipe: str):
        super().__init__()
        words = (re.findall(r"normalize\((.*?)\)", recipe) or ["imagenet"])[-1]
        numbers = NORMALIZATIONS.get(words) or [[float(n) for n in part.split(",")] for part in words.split(";")]
        self.mean, self.deviation = (nn.Buffer(torch.tensor(part).view(1, 3, 1, 1)) for part in numbers)

    def forward(self, x):
        return (x - self.mean) / self.deviation


def load(path: str) -> nn.Module:
    """The encoder, ready for evaluation."""
    with safe_open(path, "pt") as file:
        configuration = json.loads(file.metadata()["configuration"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    encoder = configuration["encoder"]
    layers = [Normalize(configuration["recipe"])]
    if encoder["preset"] == "tiny":
        for index in range(4):
            layers += [Unit(tensors, f"encoder.{index}", 1 if index == 0 else 2), nn.ReLU()]
    elif encoder["preset"] == "efficientnet-lite0":
        layers += lite0(tensors, encoder.get("has_even_borders", False))
    else:
        large = encoder["preset"] == "resnet18" and encoder["size"] > 64
        layers += [Unit(tensors, "encoder.stem", 2 if large else 1), nn.ReLU()]
        layers += [nn.MaxPool2d(3, 2, 1)] if large else []
        for group in range(4):
            layers += [Block(tensors, f"encoder.{group}.0", 2 if group else 1), Block(tensors, f"encoder.{group}.1", 1)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
