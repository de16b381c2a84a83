"""Reference pictures for resizing, for framing and for every augmentation, made with Pillow and torchvision.

Writes resize.json, framing.json and augment.json in data/reference: source pictures, and cases that name one, an
operation with its numbers, and the picture that came out. Pixels are RGB rows in base64.

    python3 tools/reference/augment.py

Versions: tools/reference/requirements.txt.
"""

import base64
import json
import pathlib

import numpy as np
from PIL import Image
from torchvision.transforms import functional as F

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"


def noise(width, height, seed):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def scene(width, height):
    """Soft gradients, a disc and stripes with hard edges, as in photographs."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    red, green, blue = 255 * x / width, 255 * y / height, 128 + 127 * np.sin(x * y / 50)
    disc = (x - width * 0.6) ** 2 + (y - height * 0.4) ** 2 < (height * 0.25) ** 2
    stripes = ((x + 2 * y) // 5 % 3 == 0) & (x < width * 0.3)
    red, green, blue = np.where(disc, 250, red), np.where(disc, 40, green), np.where(disc, 10, blue)
    stack = np.stack([red, green, blue], axis=-1)
    stack[stripes] = 255 - stack[stripes] * 0.9
    return np.clip(stack, 0, 255).astype(np.uint8)


def cube():
    """Every colour whose samples are multiples of 17."""
    level = np.arange(16, dtype=np.uint8) * 17
    red, green, blue = np.meshgrid(level, level, level, indexing="ij")
    return np.stack([red, green, blue], axis=-1).reshape(64, 64, 3)


PICTURES = {
    "scene": scene(45, 31),
    "noise": noise(23, 17, 1),
    "cube": cube(),
    "grey": np.repeat(noise(11, 14, 2)[:, :, :1], 3, axis=2),
    "dot": noise(1, 1, 3),
    "row": noise(19, 1, 4),
    "column": noise(1, 19, 5),
    "pair": noise(2, 2, 6),
    "long": noise(150, 3, 7),
    "black": np.zeros((4, 5, 3), np.uint8),
    "white": np.full((4, 5, 3), 255, np.uint8),
}


def described(picture):
    picture = np.asarray(picture)
    assert picture.dtype == np.uint8 and picture.shape[2] == 3
    return {
        "width": picture.shape[1],
        "height": picture.shape[0],
        "pixels": base64.b64encode(picture.tobytes()).decode(),
    }


def case(picture, operation, numbers, function):
    result = function(Image.fromarray(PICTURES[picture]))
    return {"picture": picture, "operation": operation, "numbers": numbers, "result": described(result)}


def write(name, cases):
    used = {c["picture"] for c in cases}
    document = {"pictures": {n: described(p) for n, p in PICTURES.items() if n in used}, "cases": cases}
    text = json.dumps(document, indent=0, sort_keys=True)
    (FOLDER / name).write_text(text + "\n")


def resize_cases():
    def resize(picture, x, y, width, height, *size):
        def function(image):
            return image.crop((x, y, x + width, y + height)).resize(size, Image.Resampling.BILINEAR)

        return case(picture, "resize", [x, y, width, height, *size], function)

    return [
        resize("scene", 0, 0, 45, 31, 32, 32),
        resize("scene", 0, 0, 45, 31, 7, 5),
        resize("scene", 0, 0, 45, 31, 1, 1),
        resize("scene", 0, 0, 45, 31, 45, 31),
        resize("scene", 3, 2, 20, 20, 20, 20),
        resize("scene", 3, 2, 20, 20, 32, 32),
        resize("scene", 10, 5, 33, 26, 33, 12),
        resize("scene", 10, 5, 33, 26, 17, 26),
        resize("scene", 44, 30, 1, 1, 8, 8),
        resize("scene", 1, 1, 43, 1, 16, 16),
        resize("noise", 0, 0, 23, 17, 32, 32),
        resize("noise", 0, 0, 23, 17, 11, 13),
        resize("noise", 5, 3, 13, 11, 31, 29),
        resize("noise", 22, 0, 1, 17, 5, 40),
        resize("noise", 2, 2, 16, 8, 8, 4),
        resize("dot", 0, 0, 1, 1, 5, 3),
        resize("row", 0, 0, 19, 1, 8, 8),
        resize("column", 0, 0, 1, 19, 8, 8),
        resize("pair", 0, 0, 2, 2, 24, 24),
        resize("long", 0, 0, 150, 3, 4, 16),
        resize("long", 7, 0, 140, 3, 1, 2),
        resize("black", 0, 0, 5, 4, 3, 9),
        resize("white", 0, 0, 5, 4, 11, 3),
    ]


def framing_cases():
    """The shorter side resized, and the square in the middle, as networks are evaluated."""

    def framing(picture, filter, shorter, side):
        def function(image):
            return F.center_crop(F.resize(image, shorter, getattr(F.InterpolationMode, filter.upper()), antialias=True), side)

        return case(picture, filter, [shorter, side], function)

    sizes = [("scene", 20, 17), ("scene", 31, 31), ("scene", 31, 20), ("scene", 40, 35), ("noise", 9, 8), ("noise", 25, 24),
             ("cube", 23, 20), ("grey", 12, 7), ("row", 4, 3), ("column", 4, 3), ("long", 5, 4), ("pair", 12, 11)]  # fmt: skip
    return [framing(picture, filter, *sides) for picture, *sides in sizes for filter in ("bilinear", "bicubic")]


def augment_cases():
    cases = []
    factors = [0, 0.25, 0.6, 0.999, 1, 1.001, 1.4, 3]
    for operation, function in [
        ("brightness", F.adjust_brightness),
        ("contrast", F.adjust_contrast),
        ("saturation", F.adjust_saturation),
    ]:
        for picture, some in [("noise", factors), ("scene", [0.6, 1.4]), ("grey", [0.7]), ("dot", [1.3]),
                              ("white", [0.5, 1.5]), ("black", [0.5])]:
            cases += [case(picture, operation, [f], lambda image: function(image, f)) for f in some]
    cases += [case("cube", "saturation", [f], lambda image: F.adjust_saturation(image, f)) for f in [0.73, 1.27]]
    for picture, some in [("noise", [-0.5, -0.1, -0.003, 0, 0.02, 0.0999, 0.3, 0.5]), ("scene", [0.05]),
                          ("cube", [-0.07, 0.1]), ("grey", [0.1]), ("dot", [0.2])]:
        cases += [case(picture, "hue", [h], lambda image: F.adjust_hue(image, h)) for h in some]

    def all_four(image):
        image = F.adjust_hue(F.adjust_contrast(image, 1.3), -0.08)
        return F.adjust_brightness(F.adjust_saturation(image, 0.7), 1.2)

    cases.append(case("scene", "jitter", [1.3, -0.08, 0.7, 1.2], all_four))
    for picture in ["scene", "noise", "cube", "grey", "dot"]:
        cases.append(case(picture, "grey", [], lambda image: F.to_grayscale(image, num_output_channels=3)))
    for picture in ["scene", "noise", "dot", "row", "column", "pair"]:
        cases.append(case(picture, "flip", [], F.hflip))
        cases.append(case(picture, "vflip", [], F.vflip))
    for picture, angles in [("scene", [-180, -90, -33.3, -1e-3, 0, 15, 45, 90, 179]), ("noise", [-120, 7.5, 90, 180]),
                            ("dot", [30]), ("row", [20, 90]), ("column", [-60]), ("pair", [45, -90]), ("white", [10])]:
        cases += [
            case(picture, "rotate", [a], lambda image: F.rotate(image, a, F.InterpolationMode.BILINEAR)) for a in angles
        ]
    for picture, kernel, sigmas in [
        ("scene", 3, [0.1, 0.4, 0.8, 2]), ("scene", 9, [0.3, 1.3]), ("scene", 23, [0.1, 0.7, 2, 5]),
        ("noise", 1, [1]), ("noise", 5, [0.6, 1, 40]), ("noise", 33, [3]) , ("pair", 3, [1.1]), ("white", 7, [1.7]),
    ]:
        if kernel // 2 < min(PICTURES[picture].shape[:2]):  # torchvision's own limit
            cases += [
                case(picture, "blur", [sigma, kernel], lambda image: F.gaussian_blur(image, [kernel] * 2, [sigma] * 2))
                for sigma in sigmas
            ]
    return cases


if __name__ == "__main__":
    write("resize.json", resize_cases())
    write("framing.json", framing_cases())
    write("augment.json", augment_cases())
