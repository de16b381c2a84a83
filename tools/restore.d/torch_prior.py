"""The same restoration in PyTorch: the network of tools/reference/torch_prior.py, its noise, Adam, averaging and losses.

    python torch_prior.py denoise|inpaint PHOTO TRUTH [--mask MASK] --iterations N --width W [--layout last|first]

prints one line of JSON with the PSNR of the averaged output and the seconds of each iteration's median.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reference"))
from torch_prior_network import Network  # noqa: E402


def picture(path):
    array = np.asarray(Image.open(path).convert("RGB"), dtype=np.float32) / 255
    return torch.from_numpy(array).permute(2, 0, 1)[None]


def psnr(a, b):
    return -10 * torch.log10(F.mse_loss(a.double(), b.double())).item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("damage", choices=["denoise", "inpaint"])
    parser.add_argument("photo")
    parser.add_argument("truth")
    parser.add_argument("--mask")
    parser.add_argument("--iterations", type=int, required=True)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--layout", choices=["last", "first"], default="last")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    layout = torch.channels_last if options.layout == "last" else torch.contiguous_format
    photo, truth = (picture(path).contiguous(memory_format=layout) for path in (options.photo, options.truth))
    known = (picture(options.mask) >= 0.5).float() if options.mask else None
    network = Network(5, options.width, 4, 32).to(memory_format=layout)
    noise = (torch.rand(1, 32, *photo.shape[2:]) * 0.1).contiguous(memory_format=layout)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    average, seconds = None, []
    for _ in range(options.iterations):
        start = time.perf_counter()
        optimizer.zero_grad()
        output = network(noise + torch.randn_like(noise) / 30)
        loss = F.mse_loss(output, photo) if known is None else F.mse_loss(output * known, photo * known)
        loss.backward()
        optimizer.step()
        output = output.detach()
        average = output if average is None else average * 0.99 + output * 0.01
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"psnr": psnr(average, truth), "milliseconds": 1e3 * statistics.median(seconds)}))


if __name__ == "__main__":
    main()
