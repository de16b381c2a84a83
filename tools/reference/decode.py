"""Small pictures of every kind that PNG and JPEG have, and what Pillow decodes them to.

    python tools/reference/decode.py data/reference

writes pictures/* and pictures.json: for every file its size, the FNV-1a hash (64 bits) of its RGB bytes after
convert("RGB"), its EXIF orientation and, where that is not 1, size and hash after ImageOps.exif_transpose. For 16-bit
grey PNG, where Pillow clips, "hash" is of the high bytes and "clipped" of Pillow's picture.

The PNG files are written here, byte by byte, because Pillow cannot write most kinds; the JPEG files are Pillow's, some
with a patched header (4:4:0 and 4:1:1 share their block count with 4:2:2 and 4:2:0, YCCK with CMYK).
"""

import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageOps

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
NAMES = {GREY: "grey", RGB: "rgb", PALETTE: "palette", GREY_ALPHA: "greyalpha", RGB_ALPHA: "rgba"}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
random = np.random.default_rng(7)


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack(row, depth):
    """A row of samples as bytes, most significant bit first."""
    if depth == 16:
        return row.astype(">u2").tobytes()
    bits = (row[:, None] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.astype(np.uint8).reshape(-1)).tobytes()


def filtered(rows, distance):
    """The rows of one pass with the five filters in turn."""
    out, above = b"", bytes(len(rows[0])) if rows else b""
    for y, row in enumerate(rows):
        line = bytearray()
        for i, value in enumerate(row):
            left = row[i - distance] if i >= distance else 0
            corner = above[i - distance] if i >= distance else 0
            up = above[i]
            estimate = left + up - corner
            paeth = min((left, up, corner), key=lambda v: abs(estimate - v))
            guess = [0, left, up, (left + up) // 2, paeth][y % 5]
            line.append((value - guess) & 255)
        out += bytes([y % 5]) + bytes(line)
        above = row
    return out


def png(samples, kind, depth, interlaced=False, before=(), parts=1, palette=None):
    """A PNG file of samples (height, width, channels)."""
    height, width, channels = samples.shape
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    raw = b""
    for x, y, dx, dy in passes:
        part = samples[y::dy, x::dx]
        if part.size:
            rows = [pack(row.reshape(-1), depth) for row in part]
            raw += filtered(rows, max(1, channels * depth // 8))
    data = zlib.compress(raw, 9)
    cuts = [len(data) * i // parts for i in range(parts + 1)]
    chunks = [chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced)))]
    early = [c for c in before if c[4:8] != b"tRNS"]
    late = [c for c in before if c[4:8] == b"tRNS"]
    chunks += early + ([chunk(b"PLTE", palette.tobytes())] if palette is not None else []) + late
    chunks += [chunk(b"IDAT", data[a:b]) for a, b in zip(cuts, cuts[1:])] + [chunk(b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def samples_of(kind, depth, height=9, width=11):
    """Noise in which the extreme values occur."""
    samples = random.integers(0, 1 << depth, (height, width, CHANNELS[kind]))
    samples[0, 0], samples[-1, -1] = 0, (1 << depth) - 1
    return samples


def every_png():
    for kind, depths in [(GREY, [1, 2, 4, 8, 16]), (RGB, [8, 16]), (PALETTE, [1, 2, 4, 8]), (GREY_ALPHA, [8, 16]),
                         (RGB_ALPHA, [8, 16])]:
        for depth in depths:
            samples = samples_of(kind, depth)
            palette, transparent = None, None
            if kind == PALETTE:
                palette = random.integers(0, 256, (1 << depth, 3)).astype(np.uint8)
                transparent = random.integers(0, 256, 1 << depth).astype(np.uint8).tobytes()
            elif kind == GREY:
                transparent = struct.pack(">H", samples[2, 3, 0])
            elif kind == RGB:
                transparent = struct.pack(">HHH", *samples[2, 3])
            for interlaced in [False, True]:
                name = f"{NAMES[kind]}{depth}" + ("-adam7" if interlaced else "")
                yield name, png(samples, kind, depth, interlaced, palette=palette), samples
                if transparent:
                    extra = [chunk(b"tRNS", transparent)]
                    yield name + "-trns", png(samples, kind, depth, interlaced, extra, palette=palette), samples
    for height, width in [(1, 1), (1, 33), (33, 1), (5, 3), (2, 4)]:
        samples = samples_of(RGB, 8, height, width)
        yield f"rgb8-{width}x{height}", png(samples, RGB, 8), samples
        yield f"rgb8-{width}x{height}-adam7", png(samples, RGB, 8, True), samples
    samples = samples_of(RGB, 8)
    colour = [chunk(b"gAMA", struct.pack(">I", 220000)), chunk(b"iCCP", b"odd\0\0" + zlib.compress(b"no profile")),
              chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 15000, 6000, 30000, 60000, 64000, 33000))]
    yield "rgb8-colour", png(samples, RGB, 8, before=colour), samples
    yield "rgb8-srgb", png(samples, RGB, 8, before=[chunk(b"sRGB", b"\0")]), samples
    words = [chunk(b"tEXt", b"Comment\0" + b"word " * 40), chunk(b"zTXt", b"Z\0\0" + zlib.compress(b"x" * 999)),
             chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1))]
    yield "rgb8-texts", png(samples, RGB, 8, before=words), samples
    yield "rgb8-many-idat", png(samples, RGB, 8, parts=7), samples
    yield "rgb8-exif6", png(samples, RGB, 8, before=[chunk(b"eXIf", exif(6))]), samples
    few = random.integers(0, 256, (5, 3)).astype(np.uint8)
    yield "palette8-few", png(samples_of(PALETTE, 8) % 5, PALETTE, 8, palette=few), None


def exif(orientation, order=">"):
    head = b"MM\0*" if order == ">" else b"II*\0"
    return head + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def photograph(height, width, channels=3):
    """Smooth colours, edges and a little noise: something for every coefficient."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [127 + 90 * np.sin(x / (4 + c) + c) * np.cos(y / (7 - c)) + 40 * ((x // 9 + y // 7 + c) % 2)
              for c in range(channels)]
    planes = np.stack(planes, -1) + random.normal(0, 9, (height, width, channels))
    return np.clip(planes, 0, 255).astype(np.uint8)


def jpeg(array, mode=None, **options):
    out = io.BytesIO()
    Image.fromarray(array, mode).save(out, "JPEG", **{"quality": 80, **options})
    return out.getvalue()


def segments(data):
    """The markers before the scan as (offset, marker, length)."""
    at = 2
    while data[at + 1] != 0xDA:
        length = struct.unpack(">H", data[at + 2:at + 4])[0]
        yield at, data[at + 1], length
        at += 2 + length


def patched(data, marker, offset, value):
    """The file with one byte of a segment changed."""
    at = next(at for at, found, _ in segments(data) if found == marker)
    return data[:at + 4 + offset] + bytes([value]) + data[at + 5 + offset:]


def without(data, marker):
    at, length = next((at, length) for at, found, length in segments(data) if found == marker)
    return data[:at] + data[at + 2 + length:]


def every_jpeg():
    odd, square = photograph(53, 75), photograph(64, 64)
    for name, subsampling in [("444", 0), ("422", 1), ("420", 2)]:
        yield f"baseline-{name}", jpeg(odd, subsampling=subsampling)
        yield f"progressive-{name}", jpeg(odd, subsampling=subsampling, progressive=True)
    yield "baseline-440", patched(jpeg(square, subsampling=1), 0xC0, 7, 0x12)
    yield "baseline-411", patched(jpeg(square, subsampling=2), 0xC0, 7, 0x41)
    for height, width in [(1, 1), (1, 17), (17, 1), (7, 9), (16, 16), (33, 15), (2, 2), (3, 3)]:
        yield f"size-{width}x{height}", jpeg(photograph(height, width))
    yield "quality-5", jpeg(odd, quality=5)
    yield "quality-100", jpeg(photograph(24, 24), quality=100, subsampling=0)
    yield "optimised", jpeg(odd, optimize=True)
    yield "restarts", jpeg(odd, restart_marker_blocks=2)
    yield "restarts-progressive", jpeg(odd, restart_marker_rows=1, progressive=True)
    yield "grey", jpeg(odd[..., 0])
    yield "grey-progressive", jpeg(odd[..., 0], progressive=True)
    yield "rgb", jpeg(odd, keep_rgb=True)
    yield "no-jfif", without(jpeg(odd), 0xE0)
    inks = photograph(29, 35, 4)
    cmyk = jpeg(inks, "CMYK")
    yield "cmyk", cmyk
    yield "cmyk-progressive", jpeg(inks, "CMYK", progressive=True)
    yield "cmyk-no-adobe", without(cmyk, 0xEE)
    yield "ycck", patched(cmyk, 0xEE, 11, 2)
    small = photograph(10, 14)
    for orientation in range(1, 9):
        block = exif(orientation, "<" if orientation % 2 else ">")
        yield f"exif{orientation}", jpeg(small, exif=b"Exif\0\0" + block)
    yield "exif-broken", jpeg(small, exif=b"Exif\0\0MM\0*" + b"\xff" * 20)
    yield "profile", jpeg(small, icc_profile=b"no profile" * 20)


def main(folder):
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    files = [(name + ".png", data, samples) for name, data, samples in every_png()]
    files += [(name + ".jpg", data, None) for name, data in every_jpeg()]
    table = []
    for name, data, samples in files:
        (pictures / name).write_bytes(data)
        image = Image.open(io.BytesIO(data))
        image.load()
        rgb = np.array(image.convert("RGB"))
        row = {"file": name, "width": image.width, "height": image.height, "hash": fnv(rgb.tobytes()),
               "orientation": image.getexif().get(0x0112, 1)}
        if name.startswith("grey16"):
            high = np.repeat(samples >> 8, 3, axis=2).astype(np.uint8)
            row["clipped"], row["hash"] = row["hash"], fnv(high.tobytes())
        if row["orientation"] != 1:
            turned = ImageOps.exif_transpose(image).convert("RGB")
            row["turned"] = {"width": turned.width, "height": turned.height, "hash": fnv(turned.tobytes())}
        table.append(row)
    lines = ",\n".join("  " + json.dumps(row) for row in table)
    (folder / "pictures.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
