"""PyTorch's time for the SimSiam step that `siam-bench step` takes: same network, batch and optimiser, random pictures.

    python tools/compare/torch_step.py [--width 16] [--batch 128] [--threads 2]

Prints the best of eager and compiled, NCHW and channels last, in pictures a second (torch==2.13.0+cpu).
"""
import argparse
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

    def forward(self, a, b):
        z = [self.projector(self.encoder(x).mean((2, 3))) for x in (a, b)]
        p = [self.predictor(x) for x in z]
        return -0.5 * (F.cosine_similarity(p[0], z[1].detach()).mean() + F.cosine_similarity(p[1], z[0].detach()).mean())


def seconds(width, batch, channels_last, compiled, steps):
    torch.manual_seed(0)
    model = SimSiam(width, 256, 64)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    model = model.to(memory_format=layout)
    views = [torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout) for _ in range(2)]
    step = torch.compile(model) if compiled else model
    optimizer = torch.optim.SGD(model.parameters(), 0.03, momentum=0.9, weight_decay=5e-4)
    times = []
    for _ in range(steps + 3):
        start = time.perf_counter()
        optimizer.zero_grad()
        step(*views).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    return sorted(times[3:])[steps // 2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--variant", choices=["all", "eager", "compiled"], default="all")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    best = None
    for compiled in (False, True):
        if options.variant == ("eager" if compiled else "compiled"):
            continue
        for channels_last in (False, True):
            time_taken = seconds(options.width, options.batch, channels_last, compiled, options.steps)
            name = f"{'compiled' if compiled else 'eager'}, {'channels last' if channels_last else 'NCHW'}"
            print(f"torch {name}: {options.batch / time_taken:.0f} pictures/s, {1e3 * time_taken:.1f} ms", flush=True)
            best = min(best or time_taken, time_taken)
    print(f"torch best: {options.batch / best:.0f} pictures/s")


if __name__ == "__main__":
    main()
