"""The same restoration in PyTorch: the network of tools/reference/torch_prior.py, its noise, Adam, averaging, losses and returns.

    python torch_restore.py denoise|inpaint PHOTO TRUTH [--mask MASK] --iterations N --width W [--seed N]
        [--start siam|torch] [--layout last|first] [--course N]

prints one line of JSON: the PSNR of the averaged output, how often the weights went back, the seconds of each iteration's
median, and every N iterations the loss and both PSNR. With `--start siam` the weights, the input and the fresh noise of each
iteration are those of `siam restore --seed N`, otherwise PyTorch draws them.
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
import siam_chance  # noqa: E402
from torch_prior import siam_name  # noqa: E402
from torch_prior_network import Network  # noqa: E402

INPUTS, SKIP = 32, 4
# As in the published code: the error is checked every so many iterations, and if it has risen by 5 dB since the last
# check, the weights of that check return.
LOOK, RISE = 100, 3.1623


class TorchChance:
    def __init__(self, size, layout):
        self.input = (torch.rand(1, INPUTS, *size) * 0.1).contiguous(memory_format=layout)

    def fresh(self, step):
        return torch.randn_like(self.input)


class SiamChance:
    """Also changes the network's weights."""

    def __init__(self, size, layout, network, width, seed):
        self.size, self.layout, self.seed = size, layout, seed
        self.input = self.tensor(siam_chance.constant_noise(*size, INPUTS, seed))
        with torch.no_grad():
            for key, parameter in network.named_parameters():
                name = siam_name(key)
                if name == "head.conv.bias":
                    room = (siam_chance.stored(len(parameter)),)
                    values = siam_chance.uniform(name, room, width, seed)[: len(parameter)]
                elif key.endswith("conv.weight") or key == "head.weight":
                    between = width if ".up." in key else None
                    values = siam_chance.convolution(name, tuple(parameter.shape), seed, between)
                else:
                    continue
                parameter.copy_(torch.from_numpy(values))

    def tensor(self, array):
        return torch.from_numpy(array)[None].contiguous(memory_format=self.layout)

    def fresh(self, step):
        return self.tensor(siam_chance.fresh_noise(*self.size, INPUTS, self.seed, step))


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
    parser.add_argument("--start", choices=["siam", "torch"], default="torch")
    parser.add_argument("--layout", choices=["last", "first"], default="last")
    parser.add_argument("--input-noise", type=float, default=1 / 30)
    parser.add_argument("--course", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    layout = torch.channels_last if options.layout == "last" else torch.contiguous_format
    photo, truth = (picture(path).contiguous(memory_format=layout) for path in (options.photo, options.truth))
    known = (picture(options.mask) >= 0.5).float() if options.mask else None
    network = Network(5, options.width, SKIP, INPUTS).to(memory_format=layout)
    if options.start == "siam":
        chance = SiamChance(photo.shape[2:], layout, network, options.width, options.seed)
    else:
        chance = TorchChance(photo.shape[2:], layout)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    average, seconds, returns, looked, course = None, [], 0, None, []
    for step in range(options.iterations):
        start = time.perf_counter()
        optimizer.zero_grad()
        output = network(chance.input + chance.fresh(step) * options.input_noise)
        loss = F.mse_loss(output, photo) if known is None else F.mse_loss(output * known, photo * known)
        looks = step % LOOK == 0
        if looks and looked and not loss.item() <= RISE * looked[0]:
            network.load_state_dict(looked[1])
            returns += 1
            continue
        if looks:
            looked = loss.item(), {key: value.clone() for key, value in network.state_dict().items()}
        loss.backward()
        optimizer.step()
        output = output.detach()
        average = output if average is None else average * 0.99 + output * 0.01
        seconds.append(time.perf_counter() - start)
        if (step + 1) % options.course == 0:
            mark = {"iteration": step + 1, "loss": loss.item()}
            course.append(mark | {"psnr": psnr(output, truth), "averagedPSNR": psnr(average, truth)})
    result = {"psnr": psnr(average, truth), "iterations": options.iterations, "returns": returns}
    result |= {"milliseconds": 1e3 * statistics.median(seconds), "course": course}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
