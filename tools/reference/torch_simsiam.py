"""Five SimSiam steps of `tiny` in PyTorch 2.13, from given weights.

    python tools/reference/torch_simsiam.py

writes data/reference/simsiam.safetensors. PyTorch computes in double precision from float32 weights, Siam in float32;
the results are stored as float32, the losses as float64. Width 8, pictures 16x16, batch 8, projector of 2 layers to 32,
predictor 32 -> 8 -> 32; SGD with momentum 0.9, weight decay 5e-4 and rate 0.05 for all parameters, predictor included.
"views" is (step, view, N, H, W, C) in uint8 and is divided by 255 on input; "before/<name>" and "after/<name>" are the
parameters under Siam's names, "statistic/<name>" the running statistics after the last step.
"""

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

from torch_layers import FOLDER, Tiny, float32, siam_layout, siam_name, wild

STEPS, BATCH, SIZE, WIDTH, DIMENSION, HIDDEN = 5, 8, 16, 8, 32, 8


class SimSiam(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Tiny(WIDTH)
        features = WIDTH << 3
        self.projector = nn.Sequential(
            nn.Linear(features, DIMENSION, bias=False), nn.BatchNorm1d(DIMENSION), nn.ReLU(),
            nn.Linear(DIMENSION, DIMENSION, bias=False), nn.BatchNorm1d(DIMENSION, affine=False))
        self.predictor = nn.Sequential(
            nn.Linear(DIMENSION, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, DIMENSION))

    def forward(self, view):
        z = self.projector(self.encoder(view))
        return self.predictor(z), z


PLACES = {
    "projector": {"0": "0.linear", "1": "0.norm", "3": "1.linear", "4": "1.norm"},
    "predictor": {"0": "0.linear", "1": "0.norm", "3": "1.linear"},
}


def name_in_siam(name: str) -> str:
    part, rest = name.split(".", 1)
    if part == "encoder":
        return siam_name(rest, part)
    layer, rest = rest.split(".", 1)
    return f"{part}.{PLACES[part][layer]}.{rest}"


def main():
    torch.manual_seed(1)
    network = wild(SimSiam())
    with torch.no_grad():  # a predictor that points at its input, so that the losses are far from zero
        network.predictor[3].weight.copy_(network.predictor[0].weight.T)
        network.predictor[3].bias.zero_()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    coarse = torch.rand(STEPS * BATCH, 3, 4, 4) * 200
    pictures = F.interpolate(coarse, SIZE, mode="bilinear").permute(0, 2, 3, 1).reshape(STEPS, 1, BATCH, SIZE, SIZE, 3)
    views = (pictures + torch.rand(STEPS, 2, BATCH, SIZE, SIZE, 3) * 55).to(torch.uint8)
    arrays = {"views": np.ascontiguousarray(views.numpy())}
    for name, parameter in network.named_parameters():
        arrays[f"before/{name_in_siam(name)}"] = float32(siam_layout(parameter))
    losses = []
    for step in range(STEPS):
        one, two = ((views[step, i].float() / 255).double().permute(0, 3, 1, 2) for i in (0, 1))
        (p1, z1), (p2, z2) = network(one), network(two)
        loss = -(F.cosine_similarity(p1, z2.detach()).mean() + F.cosine_similarity(p2, z1.detach()).mean()) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    arrays["losses"] = np.array(losses)
    for name, parameter in network.named_parameters():
        arrays[f"after/{name_in_siam(name)}"] = float32(siam_layout(parameter))
    for name, statistic in network.named_buffers():
        if not name.endswith("num_batches_tracked"):
            arrays[f"statistic/{name_in_siam(name)}"] = float32(statistic)
    save_file(arrays, FOLDER / "simsiam.safetensors")
    print(losses)


if __name__ == "__main__":
    main()
