"""Histograms of oriented gradients to compare with, from scikit-image.

    python tools/reference/hog.py

writes data/reference/hog.safetensors: pictures (bytes) and their vectors for several sizes of cells, channel_axis=-1 and the
other parameters of Dalal and Triggs: nine orientations, blocks of 2x2 cells, L2-Hys. Bytes are divided by 256, which is exact:
so channels with equally strong gradients are equal in any precision, and the first of them counts.
"""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file
from skimage.feature import hog

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"


def pictures(side, rng):
    """Noise, a smooth colour gradient with an edge, and a plain one: every orientation, equal channels, no gradient."""
    y, x = np.mgrid[0:side, 0:side] / side
    smooth = np.stack([x, y, (x + y) / 2], -1)
    smooth[np.hypot(x - 0.5, y - 0.4) < 0.3] = [0.9, 0.2, 0.4]
    noise = rng.random((side, side, 3))
    grey = np.repeat(rng.random((side, side, 1)), 3, -1) * smooth[..., :1]
    plain = np.full((side, side, 3), 0.5)
    return np.stack([(255 * p).astype(np.uint8) for p in (noise, smooth, grey, plain)])


def main():
    rng = np.random.default_rng(0)
    arrays, cases = {}, []
    for side, cell in ((16, 4), (24, 8), (32, 4)):
        name = f"{side}/{cell}"
        few = pictures(side, rng)
        arrays[f"{name}/pictures"] = few
        arrays[f"{name}/vectors"] = np.stack([
            hog(p / 256, orientations=9, pixels_per_cell=(cell, cell), cells_per_block=(2, 2),
                block_norm="L2-Hys", channel_axis=-1) for p in few]).astype(np.float32)
        cases.append([side, cell])
    save_file(arrays, FOLDER / "hog.safetensors", metadata={"cases": json.dumps(cases)})


if __name__ == "__main__":
    main()
