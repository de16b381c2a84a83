"""Small pictures of the formats that the trait Vips adds, and what Pillow decodes them to.

    python tools/reference/formats.py data/reference

writes formats/* and formats.json: for every file its size and the FNV-1a hash (64 bits) of its RGB bytes after convert("RGB"). For
grey of 16 bits, where Pillow clips, "hash" is of the high bytes and "clipped" of Pillow's picture. Where decoders differ in how
they enlarge chroma (AVIF), "pixels" holds Pillow's, in base 64. JPEG XL and HEIC, which Pillow does not read, are of cjxl 0.7 and
heif-enc 1.15 (Debian's libjxl-tools and libheif-examples); their reference is the picture that they were made of.
"""

import base64
import io
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
from decode import fnv
from PIL import Image

random = np.random.default_rng(11)


def photograph(width: int, height: int) -> Image.Image:
    coarse = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def bmp(width, height, bits, rows, compression=0, palette=b"", masks=b""):
    start = 54 + len(masks) + len(palette)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(rows), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + info + masks + palette + rows


def every_bmp(image):
    yield "rgb.bmp", saved(image, "BMP")
    yield "grey.bmp", saved(image.convert("L"), "BMP")
    yield "bits.bmp", saved(image.convert("1"), "BMP")
    yield "palette.bmp", saved(image.convert("P"), "BMP")
    yield "rgba.bmp", saved(image.convert("RGBA"), "BMP")
    wide = b"".join(row.tobytes() + b"\0\0" for row in random.integers(0, 1 << 16, (3, 5), dtype=np.uint16))
    yield "555.bmp", bmp(5, 3, 16, wide)
    yield "565.bmp", bmp(5, 3, 16, wide, 3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    colours = b"".join(bytes([i, 255 - i, i // 2, 0]) for i in range(256))
    runs = bytes([3, 7, 2, 9, 0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 0, 2, 2, 0, 3, 200, 0, 1])
    yield "runs-8.bmp", bmp(5, 3, 8, runs, 1, colours)
    yield "runs-4.bmp", bmp(5, 3, 4, bytes([5, 0x7A, 0, 0, 0, 4, 0x12, 0x34, 1, 0x50, 0, 0, 5, 0x33, 0, 1]), 2, colours[:64])
    top = b"".join(row.tobytes() + b"\0" for row in np.asarray(image)[:4, :5, ::-1])
    yield "from-the-top.bmp", bmp(5, -4, 24, top)
    old = struct.pack("<IHHHH", 12, 5, 2, 1, 1) + bytes([0, 0, 0, 255, 0, 10])
    yield "os2.bmp", b"BM" + struct.pack("<IHHI", 40, 0, 0, 32) + old + bytes([0xB0, 0, 0, 0]) * 2


def every_pnm(image):
    grey = image.convert("L")
    yield "rgb.ppm", saved(image, "PPM")
    yield "grey.pgm", saved(grey, "PPM")
    yield "bits.pbm", saved(image.convert("1"), "PPM")
    yield "grey16.pgm", saved(Image.fromarray(np.asarray(grey).astype(np.uint16) * 250 + 7), "PPM")
    yield "plain.ppm", b"P3\n# a comment\n3 2\n15\n" + b" ".join(b"%d" % (i % 16) for i in range(18)) + b"\n"
    yield "plain.pbm", b"P1\n5 2\n01010\n10 1 0 1\n"
    yield "plain.pgm", b"P2 3 1 200 0 99 200"
    yield "rgb-to-1000.ppm", b"P6 2 1 1000\n" + struct.pack(">6H", 0, 100, 500, 999, 1000, 250)
    yield "grey-to-7.pgm", b"P5 4 1 7\n" + bytes([0, 3, 6, 7])


def every_tiff(image):
    grey, alpha = image.convert("L"), image.convert("RGBA")
    alpha.putalpha(grey)
    yield "rgb.tif", saved(image, "TIFF")
    for name in ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"):
        yield f"{name.removeprefix('tiff_')}.tif", saved(image, "TIFF", compression=name)
    yield "grey.tif", saved(grey, "TIFF")
    yield "grey16.tif", saved(Image.fromarray(np.asarray(grey).astype(np.uint16) * 250 + 7), "TIFF")
    yield "grey-alpha.tif", saved(alpha.convert("LA"), "TIFF")
    yield "bits.tif", saved(image.convert("1"), "TIFF")
    yield "fax.tif", saved(image.convert("1"), "TIFF", compression="group4")
    yield "palette.tif", saved(image.convert("P"), "TIFF")
    yield "rgba.tif", saved(alpha, "TIFF")
    yield "cmyk.tif", saved(image.convert("CMYK"), "TIFF")
    yield "pages.tif", saved(image, "TIFF", save_all=True, append_images=[grey])
    for orientation in (3, 6):
        block = Image.Exif()
        block[0x0112] = orientation
        yield f"turned-{orientation}.tif", saved(image, "TIFF", exif=block)


def others(image):
    alpha, turned = image.convert("RGBA"), image.transpose(Image.Transpose.ROTATE_180)
    alpha.putalpha(image.convert("L"))
    yield "lossy.webp", saved(image, "WEBP", quality=80)
    yield "lossless.webp", saved(image, "WEBP", lossless=True)
    yield "rgba.webp", saved(alpha, "WEBP", lossless=True, exact=True)
    yield "frames.webp", saved(image, "WEBP", lossless=True, save_all=True, append_images=[turned])
    yield "palette.gif", saved(image, "GIF")
    yield "grey.gif", saved(image.convert("L"), "GIF")
    yield "laced.gif", saved(image, "GIF", interlace=1)
    yield "frames.gif", saved(image, "GIF", save_all=True, append_images=[turned])
    yield "lossy.avif", saved(image, "AVIF", quality=90)
    yield "sharp.avif", saved(image, "AVIF", quality=100, subsampling="4:4:4")


def by_other_programs(image):
    with tempfile.TemporaryDirectory() as folder:
        source, out = f"{folder}/in.png", f"{folder}/out"
        image.save(source)
        subprocess.run(["cjxl", source, out + ".jxl", "-d", "0", "--quiet"], check=True, capture_output=True)
        yield "lossless.jxl", pathlib.Path(out + ".jxl").read_bytes()
        subprocess.run(["heif-enc", "-q", "95", source, "-o", out + ".heic"], check=True, capture_output=True)
        yield "lossy.heic", pathlib.Path(out + ".heic").read_bytes()


def main(folder):
    image = photograph(31, 22)
    (folder / "formats").mkdir(parents=True, exist_ok=True)
    table = []
    for name, data in (*every_bmp(image), *every_pnm(image), *every_tiff(image), *others(image), *by_other_programs(image)):
        (folder / "formats" / name).write_bytes(data)
        theirs = image if name.endswith((".jxl", ".heic")) else Image.open(io.BytesIO(data))
        rgb = np.array(theirs.convert("RGB"))
        row = {"file": name, "width": rgb.shape[1], "height": rgb.shape[0], "hash": fnv(rgb.tobytes())}
        if name.startswith("grey16"):
            values = np.asarray(theirs).astype(np.uint32)
            row["clipped"], row["hash"] = row["hash"], fnv(np.repeat((values >> 8)[..., None], 3, 2).astype(np.uint8).tobytes())
        if name.endswith((".avif", ".heic")):
            row["pixels"] = base64.b64encode(rgb.tobytes()).decode()
        table.append(row)
    lines = ",\n".join("  " + json.dumps(row) for row in table)
    (folder / "formats.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
