"""PyTorch's time for the SimSiam step that `siam-bench step` times: same network, batch and optimiser, random pictures.

    python torch_step.py [--width 16] [--batch 128] [--threads 2] [--compiled] [--channels-last]

Prints one line of JSON: pictures a second, from the median of the steps (torch==2.13.0+cpu).
"""
import argparse
import json
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        return F.relu(self.norm2(self.conv2(y)) + self.shortcut(x), inplace=True)


class SimSiam(nn.Module):
    def __init__(self, width, dimension, hidden):
        super().__init__()
        layers = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        inputs = width
        for group in range(4):
            for block in range(2):
                layers.append(Block(inputs, width << group, 2 if group and not block else 1))
                inputs = width << group
        self.encoder = nn.Sequential(*layers)
        self.projector = nn.Sequential(
            nn.Linear(inputs, dimension, bias=False), nn.BatchNorm1d(dimension), nn.ReLU(inplace=True),
            nn.Linear(dimension, dimension, bias=False), nn.BatchNorm1d(dimension, affine=False))
        self.predictor = nn.Sequential(
            nn.Linear(dimension, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(inplace=True),
            nn.Linear(hidden, dimension))

    def features(self, x):
        return self.encoder(x).mean((2, 3))

    def forward(self, a, b):
        z = [self.projector(self.features(x)) for x in (a, b)]
        p = [self.predictor(x) for x in z]
        return -0.5 * (F.cosine_similarity(p[0], z[1].detach()).mean() + F.cosine_similarity(p[1], z[0].detach()).mean())


def seconds(width, dimension, batch, channels_last, compiled, steps):
    torch.manual_seed(0)
    model = SimSiam(width, dimension, dimension // 4)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    model = model.to(memory_format=layout)
    views = [torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout) for _ in range(2)]
    step = torch.compile(model) if compiled else model
    optimizer = torch.optim.SGD(model.parameters(), 0.03, momentum=0.9, weight_decay=5e-4)
    times = []
    for _ in range(steps + 2):
        start = time.perf_counter()
        optimizer.zero_grad()
        step(*views).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    return sorted(times[2:])[steps // 2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--dimension", type=int, help="256 for width 16, 512 for 32, 2048 for 64")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    dimension = options.dimension or (32 if options.width >= 64 else 16) * options.width
    taken = seconds(
        options.width, dimension, options.batch, options.channels_last, options.compiled, options.steps)
    print(json.dumps({"pictures_per_second": options.batch / taken, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
