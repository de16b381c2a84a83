"""What Pillow decodes pictures to, and how far Siam's pixels are from that. Runs under a Python that has Pillow.

    python pillow_pictures.py CACHE < QUESTIONS > ANSWERS

A question is a line of JSON: the path of a picture and, if Siam decoded it, where its pixels stand in the cache of
`--cache`: [offset, width, height]. The answer is another: Pillow's error, or mode, format and size, and with the pixels of
both the greatest difference of a channel and the share of the channels that differ.

The rules by which Siam's RGB follows from Pillow's picture (see docs/reliability.md): alpha and transparency are left out, the
first picture of several is taken, inks are turned to RGB as Pillow does, and of 16 bits the high byte is taken, also
for grey, where Pillow's own conversion clips at 255.
"""

import json
import sys
import warnings


def rgb(image):
    """Pillow's picture by Siam's rules."""
    from PIL import Image

    if image.mode.startswith("I;16"):
        high = image.tobytes()[0 if image.mode.endswith("B") else 1 :: 2]
        return Image.frombytes("L", image.size, high).convert("RGB")
    return image.convert("RGB")


def answer(question: dict, cache) -> dict:
    from PIL import Image, ImageChops

    try:
        image = Image.open(question["path"])
        image.load()
        told = {"mode": image.mode, "format": image.format, "size": list(image.size)}
        picture = rgb(image)
    except Exception as error:  # Pillow has no class of its own for bad pictures
        return {"error": f"{type(error).__name__}: {error}".replace(question["path"], "PATH")}
    if not question["pixels"]:
        return told
    offset, width, height = question["pixels"]
    if picture.size != (width, height):
        return told | {"sizes": f"{width}×{height} here, {picture.width}×{picture.height} there"}
    cache.seek(offset)
    ours = Image.frombytes("RGB", picture.size, cache.read(3 * width * height))
    difference = ImageChops.difference(ours, picture)
    counts = difference.histogram()
    same = sum(counts[0:768:256])
    most = max((value % 256 for value, count in enumerate(counts) if count), default=0)
    return told | {"most": most, "share": 1 - same / (3 * width * height)}


def main() -> None:
    warnings.simplefilter("ignore")
    with open(sys.argv[1], "rb") as cache:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line), cache)), flush=True)


if __name__ == "__main__":
    main()
