"""lightly's SimSiam or SimCLR from a folder, as its users would write it: compare with `siam train`.

    python lightly_folder.py ROOT [--workers 2] [--steps 60] [--channels-last]
    python lightly_folder.py ROOT --method simclr --epochs 30 --until 0.6 [...]

Prints one line of JSON: pictures a second from the second step on (lightly==1.6.0, torch==2.13.0+cpu,
torchvision==0.28.0). The network is `torch_step.py`'s. With --epochs it trains in full, with the choices that
`siam train` has by default, and measures k-NN (cosine, k 20, T 0.07; 1,000 held-out pictures of ROOT, by 4,000 others)
after each epoch, until one reaches --until.
"""
import argparse
import json
import math
import time

import torch
import torch.nn.functional as F
from lightly.data import LightlyDataset
from lightly.loss import NegativeCosineSimilarity, NTXentLoss
from lightly.transforms import SimSiamTransform
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

from torch_step import Block, SimSiam

NORMAL = {"mean": (0.4914, 0.4822, 0.4465), "std": (0.2470, 0.2435, 0.2616)}


def held_out(root, size):
    """The pictures for k-NN: a bank of 4,000 and 1,000 queries, chosen at random from ROOT's class folders."""
    judged = transforms.Compose([
        transforms.Resize(size), transforms.CenterCrop(size), transforms.ToTensor(), transforms.Normalize(**NORMAL)])
    folder = datasets.ImageFolder(root, judged)
    chosen = torch.randperm(len(folder), generator=torch.Generator().manual_seed(1))[:5000].tolist()
    images, labels = zip(*Subset(folder, chosen))
    return torch.stack(images), torch.tensor(labels)


def accuracy(model, pictures, labels, k=20, temperature=0.07):
    queries = len(labels) // 5
    model.eval()
    with torch.no_grad():
        features = torch.cat([F.normalize(model.features(x), dim=1) for x in pictures.split(500)])
    model.train()
    similarity, index = (features[:queries] @ features[queries:].T).topk(k, 1)
    votes = torch.zeros(queries, int(labels.max()) + 1)
    votes.scatter_add_(1, labels[queries:][index], ((similarity - 1) / temperature).exp())
    return (votes.argmax(1) == labels[:queries]).float().mean().item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--method", choices=["simsiam", "simclr"], default="simsiam")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=60, help="without --epochs: the steps to time")
    parser.add_argument("--epochs", type=int, default=0)
    parser.add_argument("--lr", type=float, default=0.4, help="at a batch of 256, after an epoch of warming up")
    parser.add_argument("--until", type=float, default=2.0)
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    transform = SimSiamTransform(input_size=options.size, gaussian_blur=0.0)
    loader = DataLoader(
        LightlyDataset(options.root, transform=transform), options.batch, shuffle=True, drop_last=True,
        num_workers=options.workers, persistent_workers=options.workers > 0)
    dimension = 16 * options.width
    model = SimSiam(options.width, dimension, dimension // 4)
    for block in model.modules():  # blocks begin as the identity
        if isinstance(block, Block):
            torch.nn.init.zeros_(block.norm2.weight)
    contrasts = options.method == "simclr"
    if contrasts:
        model.predictor = torch.nn.Sequential()
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    model = model.to(memory_format=layout)
    rate = options.lr * options.batch / 256
    rest = [p for name, p in model.named_parameters() if not name.startswith("predictor")]
    groups = [{"params": rest}] + ([] if contrasts else [{"params": model.predictor.parameters()}])
    optimizer = torch.optim.SGD(groups, rate, momentum=0.9, weight_decay=5e-4)
    warmup = len(loader) if options.epochs > 1 else 0
    steps = max(1, options.epochs) * len(loader) - warmup

    def cosine(step):
        return (step + 1) / warmup if step < warmup else 0.5 * (1 + math.cos(math.pi * (step - warmup) / steps))

    # The encoder's and projector's rate rises, then follows a cosine; the predictor's is constant.
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, [cosine, lambda step: 1.0][:len(groups)])
    criterion = NTXentLoss(temperature=0.1) if contrasts else NegativeCosineSimilarity()

    def step(views):
        z = [model.projector(model.features(x.contiguous(memory_format=layout))) for x in views]
        if contrasts:
            loss = criterion(z[0], z[1])
        else:
            p = [model.predictor(x) for x in z]
            loss = 0.5 * (criterion(z[0].detach(), p[1]) + criterion(z[1].detach(), p[0]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()

    if not options.epochs:
        start = count = 0
        for count, (views, _, _) in enumerate(loader):
            if count == 1:
                start = time.perf_counter()
            step(views)
            if count == options.steps:
                break
        rate = count * options.batch / (time.perf_counter() - start)
        print(json.dumps({"pictures_per_second": rate, "steps": count, "torch": torch.__version__}))
        return

    pictures, labels = held_out(options.root, options.size)
    curve, start = [], time.perf_counter()
    for epoch in range(options.epochs):
        for views, _, _ in loader:
            step(views)
        curve.append({
            "epoch": epoch + 1, "seconds": time.perf_counter() - start, "knn": accuracy(model, pictures, labels)})
        print(f"epoch {epoch + 1}: {curve[-1]}", flush=True)
        if curve[-1]["knn"] >= options.until:
            break
    reached = next((point["seconds"] for point in curve if point["knn"] >= options.until), None)
    print(json.dumps({"seconds": reached, "curve": curve, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
