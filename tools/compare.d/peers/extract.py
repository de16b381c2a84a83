"""Features of a folder of pictures by PyTorch, as `siam export` writes them: same network, evaluation, no gradient.

    python extract.py ROOT [--width 16] [--size 32] [--batch 128] [--workers 2] [--compiled] [--channels-last]

ImageFolder, ToTensor, Normalize and a DataLoader, from listing the folder to the array of features; what compiles and
warms up does so beforehand. Prints one line of JSON: pictures a second (torch==2.13.0+cpu, torchvision==0.28.0).
"""
import argparse
import json
import time

import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms

from torch_step import SimSiam


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--size", type=int, default=32, help="what the pictures measure: none is resized")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    encoder = SimSiam(options.width, 256, 64).encoder.eval().to(memory_format=layout)
    model = torch.compile(encoder) if options.compiled else encoder

    def loader():
        data = torchvision.datasets.ImageFolder(
            options.root,
            transforms.Compose([
                transforms.ToTensor(), transforms.Normalize((0.4914, 0.4822, 0.4465), (0.247, 0.2435, 0.2616))]))
        return DataLoader(data, options.batch, num_workers=options.workers)

    with torch.inference_mode():
        # Both batch sizes that will occur.
        for count in {options.batch, len(loader().dataset) % options.batch or options.batch}:
            for _ in range(3):
                model(torch.zeros(count, 3, options.size, options.size).contiguous(memory_format=layout))
        start = time.perf_counter()
        features = [model(x.contiguous(memory_format=layout)).mean((2, 3)) for x, _ in loader()]
        features = torch.cat(features).numpy()
        seconds = time.perf_counter() - start
    print(json.dumps({"pictures_per_second": len(features) / seconds, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
