"""Five steps of each method on `tiny` in PyTorch 2.13, from given weights.

    python tools/reference/torch_methods.py

writes data/reference/methods.safetensors. PyTorch computes in double precision from float32 weights, Siam in float32;
the results are stored as float32, the losses as float64. Width 2, pictures 8x8, batch 8, projector of 2 layers to 8,
predictor 8 -> 4 -> 8; SGD with momentum 0.9, weight decay 5e-4 and rate 0.05 for all parameters. "views" is
(step, view, N, H, W, C) in uint8 and is divided by 255 on input; the third view stands for the mean of views. "places"
(step, N) are the pictures that a batch shows, of 12. "<case>/before/<name>" and "<case>/after/<name>" are the
parameters under Siam's names; the metadata's "cases" say which method with which choices each case is.

Every method is written here from its paper, by automatic differentiation, and not after Siam's sources.
"""

import json
import math

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

from torch_layers import FOLDER, Tiny, float32, siam_layout, siam_name, wild

STEPS, TOTAL, BATCH, SIZE, WIDTH, DIMENSION, HIDDEN, PICTURES = 5, 10, 8, 8, 2, 8, 4, 12


def head(sizes: list[int], norms: list[str]) -> nn.Sequential:
    """Layers between `sizes`; a norm is "" (a bias in its place), "affine" or "plain". A ReLU behind all but the last."""
    layers = {}
    for index, norm in enumerate(norms):
        layers[f"{index}_linear"] = nn.Linear(sizes[index], sizes[index + 1], bias=norm == "")
        if norm:
            layers[f"{index}_norm"] = nn.BatchNorm1d(sizes[index + 1], affine=norm == "affine")
        if index < len(norms) - 1:
            layers[f"{index}_relu"] = nn.ReLU()
    head = nn.Sequential()
    for name, layer in layers.items():
        head.add_module(name, layer)
    return head


class Network(nn.Module):
    def __init__(self, predicts=True, heads="all", layers=2):
        super().__init__()
        hidden, output = {"all": ("affine", "plain"), "hidden": ("affine", ""), "none": ("", "")}[heads]
        self.encoder = Tiny(WIDTH)
        self.projector = head([WIDTH << 3] + layers * [DIMENSION], (layers - 1) * [hidden] + [output])
        self.predictor = head([DIMENSION, HIDDEN, DIMENSION], [hidden, ""]) if predicts else None

    def z(self, view):
        return self.projector(self.encoder(view))

    def p(self, z):
        return self.predictor(z) if self.predictor is not None else z


def name_in_siam(name: str) -> str:
    part, rest = name.split(".", 1)
    return siam_name(rest, part) if part == "encoder" else f"{part}.{rest.replace('_', '.')}"


def D(p, t):
    return -F.cosine_similarity(p, t).mean()


class SimSiam:
    predicts, stops, only_target, symmetric = True, True, False, True
    heads, layers = "all", 2

    def __init__(self, **choices):
        for name, value in choices.items():
            setattr(self, name, value)

    def begin(self, network):
        pass

    def loss(self, network, views, places, step):
        z = [network.z(view) for view in views[:2]]
        if self.only_target:  # the encoder sees the target's gradient alone, the predictor its own
            p, t = [network.p(one.detach()) for one in z], z
        else:
            p, t = [network.p(one) for one in z], [one.detach() if self.stops else one for one in z]
        first = D(p[0], t[1])
        return (first + D(p[1], t[0])) / 2 if self.symmetric else first

    def follow(self, network, step):
        pass


class BYOL(SimSiam):
    tau = 0.9

    def begin(self, network):
        self.teacher = Network(self.predicts, self.heads).double()
        self.teacher.load_state_dict(network.state_dict())

    def loss(self, network, views, places, step):
        with torch.no_grad():
            t = [self.teacher.z(view) for view in views[:2]]
        return (D(network.p(network.z(views[0])), t[1]) + D(network.p(network.z(views[1])), t[0])) / 2

    def follow(self, network, step):
        tau = 1 - (1 - self.tau) * (math.cos(math.pi * step / TOTAL) + 1) / 2
        with torch.no_grad():
            for old, new in zip(self.teacher.parameters(), network.parameters()):
                old.mul_(tau).add_(new, alpha=1 - tau)


class SimCLR(SimSiam):
    predicts, temperature = False, 0.5

    def loss(self, network, views, places, step):
        z = F.normalize(torch.cat([network.z(view) for view in views[:2]]), dim=1)
        similarity = (z @ z.T / self.temperature).masked_fill(torch.eye(2 * BATCH, dtype=torch.bool), -math.inf)
        return F.cross_entropy(similarity, torch.arange(2 * BATCH).roll(BATCH))


class Alternating(SimSiam):
    """The inner problem's targets are made beforehand for the next `steps` batches and cached, as in the paper."""

    steps, momentum = 2, 0.0

    def begin(self, network):
        self.kept = {}

    def loss(self, network, views, places, step):
        if step % self.steps == 0:
            old = Network(self.predicts, self.heads).double()
            old.load_state_dict(network.state_dict())
            with torch.no_grad():
                self.cache = {
                    ahead: [old.z(view) for view in batch(ahead)[0][:2]]
                    for ahead in range(step, min(step + self.steps, STEPS))
                }
        targets = [one.clone() for one in self.cache[step]]
        for row, place in enumerate(places):
            old = self.kept.get(place)
            for target in targets:
                if old is not None:
                    target[row] = self.momentum * old + (1 - self.momentum) * target[row]
            self.kept[place] = (targets[0][row] + targets[1][row]) / 2
        p = [network.p(network.z(view)) for view in views[:2]]
        return (D(p[0], targets[1]) + D(p[1], targets[0])) / 2


class MeanView(SimSiam):
    predicts = False

    def loss(self, network, views, places, step):
        z, t = network.z(views[0]), network.z(views[2])
        return ((z - (t.detach() if self.stops else t)) ** 2).mean() / 2


class DirectPred(SimSiam):
    predicts, momentum, floor = False, 0.3, 0.1

    def begin(self, network):
        self.correlation = torch.zeros(DIMENSION, DIMENSION).double()
        self.predictor = torch.eye(DIMENSION).double()

    def loss(self, network, views, places, step):
        z = [network.z(view) for view in views[:2]]
        loss = (D(z[0] @ self.predictor, z[1].detach()) + D(z[1] @ self.predictor, z[0].detach())) / 2
        with torch.no_grad():
            both = torch.cat(z)
            self.correlation = self.momentum * self.correlation + (1 - self.momentum) * both.T @ both / len(both)
            values, vectors = torch.linalg.eigh(self.correlation)
            strengths = (values.clamp(0) / values.max()).sqrt() + self.floor
            self.next = vectors @ torch.diag(strengths) @ vectors.T
        return loss

    def follow(self, network, step):
        self.predictor = self.next


def off_diagonal(matrix):
    return matrix[~torch.eye(len(matrix), dtype=torch.bool)]


class VICReg(SimSiam):
    predicts, heads, layers = False, "hidden", 3
    invariance, variance, covariance = 25.0, 25.0, 1.0

    def loss(self, network, views, places, step):
        x, y = (network.z(view) for view in views[:2])
        loss = self.invariance * F.mse_loss(x, y)
        for z in (x, y):
            centred = z - z.mean(dim=0)
            deviation = torch.sqrt(centred.var(dim=0) + 1e-4)
            loss = loss + self.variance * F.relu(1 - deviation).mean() / 2
            covariance = centred.T @ centred / (BATCH - 1)
            loss = loss + self.covariance * off_diagonal(covariance).pow(2).sum() / DIMENSION
        return loss


class BarlowTwins(SimSiam):
    """The projector's last normalisation, without scale and shift, is the paper's own."""

    predicts, layers, redundancy, scale = False, 3, 0.005, 0.024

    def loss(self, network, views, places, step):
        a, b = (network.z(view) for view in views[:2])
        correlation = a.T @ b / BATCH
        on_diagonal = (torch.diagonal(correlation) - 1).pow(2).sum()
        return self.scale * (on_diagonal + self.redundancy * off_diagonal(correlation).pow(2).sum())


# By name: Siam's method and its options, and the same here.
CASES = {
    "no-stop-gradient": ("simsiam", {"no-stop-gradient": True}, SimSiam(stops=False)),
    "only-target-gradient": ("simsiam", {"only-target-gradient": True}, SimSiam(only_target=True)),
    "no-predictor": ("simsiam", {"no-predictor": True}, SimSiam(predicts=False)),
    "asymmetric": ("simsiam", {"asymmetric": True}, SimSiam(symmetric=False, heads="hidden")),
    "byol": ("byol", {"tau": 0.9}, BYOL()),
    "simclr": ("simclr", {"temperature": 0.5}, SimCLR()),
    "alternating": ("alternating", {"alternation": 2}, Alternating()),
    "alternating-mean": (
        "alternating",
        {"alternation": 1, "target-momentum": 0.8, "no-predictor": True},
        Alternating(steps=1, momentum=0.8, predicts=False),
    ),
    "mean-view": ("mean-view", {}, MeanView()),
    "mean-view-moving": ("mean-view", {"no-stop-gradient": True}, MeanView(stops=False, heads="none")),
    "directpred": ("directpred", {}, DirectPred()),
    "vicreg": (
        "vicreg",
        {"invariance": 5, "variance": 4, "covariance": 0.5},
        VICReg(invariance=5, variance=4, covariance=0.5),
    ),
    "barlow-twins": ("barlow-twins", {}, BarlowTwins()),
}


def batch(step: int):
    views = [(VIEWS[step, i].float() / 255).double().permute(0, 3, 1, 2) for i in range(3)]
    return views, [int(place) for place in PLACES[step]]


def main():
    global VIEWS, PLACES
    torch.manual_seed(1)
    coarse = torch.rand(STEPS * BATCH, 3, 4, 4) * 200
    pictures = F.interpolate(coarse, SIZE, mode="bilinear").permute(0, 2, 3, 1).reshape(STEPS, 1, BATCH, SIZE, SIZE, 3)
    VIEWS = (pictures + torch.rand(STEPS, 3, BATCH, SIZE, SIZE, 3) * 55).to(torch.uint8)
    PLACES = torch.stack([torch.randperm(PICTURES)[:BATCH] for _ in range(STEPS)])
    arrays = {"views": np.ascontiguousarray(VIEWS.numpy()), "places": PLACES.numpy().astype(np.int32)}
    cases = []
    for case, (name, options, method) in CASES.items():
        cases.append({"name": case, "method": name, "options": options, "heads": method.heads, "layers": method.layers})
        torch.manual_seed(2)
        network = wild(Network(method.predicts, method.heads, method.layers))
        for name, parameter in network.named_parameters():
            arrays[f"{case}/before/{name_in_siam(name)}"] = float32(siam_layout(parameter))
        optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
        method.begin(network)
        losses = []
        for step in range(STEPS):
            loss = method.loss(network, *batch(step), step)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            method.follow(network, step)
            losses.append(loss.item())
        arrays[f"{case}/losses"] = np.array(losses)
        for name, parameter in network.named_parameters():
            arrays[f"{case}/after/{name_in_siam(name)}"] = float32(siam_layout(parameter))
        print(case, losses)
    save_file(arrays, FOLDER / "methods.safetensors", {"cases": json.dumps(cases)})


if __name__ == "__main__":
    main()
