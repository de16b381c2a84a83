"""lightly's time for an epoch of SimSiam from a folder, as its users would write it: compare with `siam train`.

    python tools/compare/lightly_folder.py ROOT [--workers 2] [--steps 60] [--channels-last]

Prints pictures a second from the second step on (lightly==1.6.0, torch==2.13.0+cpu, torchvision==0.28.0). The network is
`torch_step.py`'s; take the best of 0, 1 and 2 workers, with and without channels last.
"""
import argparse
import time

import torch
from lightly.data import LightlyDataset
from lightly.loss import NegativeCosineSimilarity
from lightly.transforms import SimSiamTransform
from torch.utils.data import DataLoader

from torch_step import SimSiam


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(2)
    transform = SimSiamTransform(input_size=32, gaussian_blur=0.0)
    loader = DataLoader(
        LightlyDataset(options.root, transform=transform), options.batch, shuffle=True, drop_last=True,
        num_workers=options.workers)
    model = SimSiam(options.width, 256, 64)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    model = model.to(memory_format=layout)
    optimizer = torch.optim.SGD(model.parameters(), 0.03, momentum=0.9, weight_decay=5e-4)
    criterion = NegativeCosineSimilarity()
    start = 0.0
    for step, (views, _, _) in enumerate(loader):
        if step == 1:
            start = time.perf_counter()
        z = [model.projector(model.encoder(x.contiguous(memory_format=layout)).mean((2, 3))) for x in views]
        p = [model.predictor(x) for x in z]
        loss = 0.5 * (criterion(z[0].detach(), p[1]) + criterion(z[1].detach(), p[0]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step == options.steps:
            break
    rate = (step) * options.batch / (time.perf_counter() - start)
    print(f"lightly, {options.workers} workers{', channels last' if options.channels_last else ''}: {rate:.0f} pictures/s")


if __name__ == "__main__":
    main()
