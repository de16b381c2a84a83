"""Small files that demand much: each alone with one good picture, its processor time and peak memory measured."""

import os
import struct

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile_tree import FORMATS, REFERENCE, small_png
from soaking import SMALL, Soak

PROMISE = "bombs are bounded"
HOW = (
    "each bomb alone in a folder that is exported, and two copies of it in one that is checked by two threads: huge headers, "
    "sides, texts, profiles, chunks and streams, hundreds of scans, sparse files; the processor's time for each copy and the "
    "peak memory of the whole command"
)
SECONDS, MEGABYTES = 2, 700
PIXELS = 100_000_000  # the default limit


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def zeros(count: int) -> bytes:
    """A zlib stream of that many zeros."""
    packer, parts, block = zlib.compressobj(1), [], bytes(1 << 24)
    for _ in range(count >> 24):
        parts.append(packer.compress(block))
    parts.append(packer.compress(bytes(count & (1 << 24) - 1)))
    return b"".join(parts) + packer.flush()


def png(width: int, height: int, data: bytes, depth: int = 8, kind: int = 2, before: bytes = b"", is_laced: bool = False):
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, is_laced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def scans(count: int, width: int, height: int) -> bytes:
    """A grey progressive JPEG, each scan of which says "nothing here" for 32,767 blocks at a time."""
    bits = ("0" + "1" * 14) * (((width + 7) // 8) * ((height + 7) // 8) // 32767 + 1)
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")
    scan = segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + data
    frame = segment(0xC2, struct.pack(">BHHB", 8, height, width, 1) + bytes([1, 0x11, 0]))
    head = segment(0xDB, bytes([0]) + b"\x01" * 64) + frame + segment(0xC4, bytes([0x10, 1] + [0] * 15 + [0xE0]))
    return b"\xff\xd8" + head + scan * count + b"\xff\xd9"


def arithmetic(marker: int, width: int, height: int, count: int) -> bytes:
    """An arithmetic-coded JPEG without data, from which the decoder keeps producing zeros."""
    frame = segment(marker, struct.pack(">BHHB", 8, height, width, 1) + bytes([1, 0x11, 0]))
    last = bytes([1, 1, 0, 0, 63, 0]) if marker == 0xC9 else bytes([1, 1, 0, 0, 0, 0])
    return b"\xff\xd8" + segment(0xDB, bytes([0]) + b"\x01" * 64) + frame + segment(0xDA, last) * count + b"\xff\xd9"


def profile_jpeg(megabytes: int, marker: int = 0xE2) -> bytes:
    good = (REFERENCE / "grey.jpg").read_bytes()
    return good[:2] + segment(marker, b"ICC_PROFILE\0\1\1" + bytes(65_000)) * (megabytes * 16) + good[2:]


def jpeg_of(width: int, height: int) -> bytes:
    """A grey JPEG whose every block is a single bit."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + bytes([1, 0x11, 0]))
    tables = segment(0xC4, bytes([0, 1] + [0] * 15 + [0])) + segment(0xC4, bytes([0x10, 1] + [0] * 15 + [0]))
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    head = segment(0xDB, bytes([0]) + b"\x01" * 64) + frame + tables + segment(0xDA, bytes([1, 1, 0, 0, 63, 0]))
    return b"\xff\xd8" + head + bytes((2 * blocks + 7) // 8) + b"\xff\xd9"


def sparse(beginning: bytes, size: int = 1 << 31) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(beginning)
        os.truncate(path, size)

    return make


def sparse_chunk(kind: bytes, size: int, count: int = 1, depth: int = 1, colour: int = 0) -> Callable[[Path], None]:
    """A good PNG of 100 megapixels with chunks of zeros, which take no room on the disk."""
    row = (10000 * depth * (3 if colour == 2 else 1) + 7) // 8 + 1

    def make(path: Path) -> None:
        whole = png(10000, 10000, zeros(row * 10000), depth, colour)
        with path.open("wb") as file:
            file.write(whole[:33])
            for _ in range(count):
                file.write(struct.pack(">I", size) + kind)
                file.seek(size + 4, 1)
            file.write(whole[33:])

    return make


def tiff(width: int, height: int, data: bytes, compression: int = 8, tile: int = 0) -> bytes:
    """An RGB TIFF in one strip, or in one tile that is larger than the picture."""
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 2), (277, 3, 1, 3)]
    if tile:
        tags += [(322, 4, 1, tile), (323, 4, 1, tile), (324, 4, 1, 8), (325, 4, 1, len(data))]
    else:
        tags += [(273, 4, 1, 8), (278, 4, 1, height), (279, 4, 1, len(data))]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    return struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data + struct.pack("<H", len(tags)) + entries + bytes(4)


def bmp_runs(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, 0, 0, 0, 256, 0)
    line = bytes([255, 7]) * (width // 255) + bytes([width % 255, 7, 0, 0])
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 1078) + info + bytes(1024) + line * height


def patched(name: str, at: int, new: bytes) -> bytes:
    old = (FORMATS / name).read_bytes()
    return old[:at] + new + old[at + len(new) :]


def of_other_formats() -> Iterator[tuple[str, bytes | Callable[[Path], None]]]:
    """What a build with libvips reads."""
    yield "huge.tif", tiff(30000, 30000, b"")
    yield "strip.tif", tiff(10000, 9999, zeros(3 * 10000 * 9999))
    yield "strip-inflates.tif", tiff(16, 16, zeros(1 << 28))
    yield "tile.tif", tiff(16, 16, zeros(1000), tile=1 << 16)
    yield "no-data.tif", tiff(10000, 9999, b"", compression=1)
    yield "sparse.tif", sparse(tiff(16, 16, bytes(768), compression=1))
    yield "sparse-within-limits.bmp", sparse((FORMATS / "rgb.bmp").read_bytes(), 1 << 27)
    yield "huge.bmp", patched("rgb.bmp", 18, struct.pack("<ii", 30000, 30000))
    yield "runs.bmp", bmp_runs(10000, 9999)
    yield "huge.gif", patched("palette.gif", 6, struct.pack("<HH", 65535, 65535))
    yield "wide.gif", patched("palette.gif", 6, struct.pack("<HH", 10000, 9999))
    yield "huge.webp", patched("lossless.webp", 21, struct.pack("<I", 0x3FFF | 0x3FFF << 14))
    webp = struct.pack("<I", 9999 | 9998 << 14)
    yield "wide.webp", patched("lossless.webp", 21, webp)
    yield "bits.pbm", b"P4 10000 9999 " + bytes(1250 * 9999)
    yield "plain.pgm", b"P2 10000 9999 9 1 2 3"
    yield "huge.ppm", b"P6 2000000000 2000000000 255 "
    for name in ("lossy.avif", "lossy.heic"):
        size = (FORMATS / name).read_bytes().index(b"ispe") + 8
        for side in (30000, 9999):
            yield f"{side}-{name}", patched(name, size, struct.pack(">II", side, side))


def bombs(is_quick: bool, reads_all: bool) -> Iterator[tuple[str, bytes | Callable[[Path], None]]]:
    if reads_all:
        yield from of_other_formats()
    good, stream = small_png(), zeros(1 << 28 if is_quick else 12 << 30)
    yield "header-30000.png", png(30000, 30000, b"")
    yield "text-2-gb.png", good[:33] + b"\x7f\xff\xff\xfftEXtComment\0 "
    yield "data-after-rows.png", png(1, 1, stream)
    for kind, start in ((b"iCCP", b"x\0\0"), (b"zTXt", b"x\0\0"), (b"iTXt", b"x\0\1\0\0\0")):
        yield f"{kind.decode()}-inflates.png", good[:33] + chunk(kind, start + stream) + good[33:]
    yield "wide.png", png(PIXELS, 1, zeros(1000), depth=16, kind=6)
    yield "tall.png", png(1, PIXELS, zeros(2 * PIXELS), kind=0)
    yield "wide-within-limits.png", png(1_000_000, 1, zeros(8_000_001), depth=16, kind=6)
    yield "tall-within-limits.png", png(1, 1_000_000, zeros(2_000_000), kind=0, is_laced=True)
    yield "500-scans.jpg", scans(500, 8192, 8192)
    yield "scans-within-limits.jpg", scans(40, 10000, 9999)
    yield "arithmetic.jpg", arithmetic(0xC9, 10000, 9999, 1)
    yield "arithmetic-scans.jpg", arithmetic(0xCA, 10000, 9999, 1000)
    yield "progressive-colour.jpg", progressive_colour()
    yield "one-bit-blocks.jpg", jpeg_of(10000, 9999)
    yield "profile.jpg", profile_jpeg(16 if is_quick else 62)
    yield "sparse-none.png", sparse(b"")
    yield "sparse-jpeg.jpg", sparse(b"\xff\xd8\xff")
    yield "sparse-good.png", sparse(good)
    yield "sparse-chunk.png", sparse_chunk(b"abCd", 840_000_000)
    yield "sparse-text.png", sparse_chunk(b"tEXt", 840_000_000)
    yield "sparse-chunks.png", sparse_chunk(b"abCd", 60_000_000, 14)
    yield "sparse-chunks-within-limits.png", sparse_chunk(b"abCd", 60_000_000, 4)
    yield "sparse-data.png", sparse_chunk(b"IDAT", 840_000_000)
    yield "sparse-wide-chunk.png", sparse_chunk(b"abCd", 840_000_000, depth=8, colour=2)
    yield "sparse-behind.jpg", sparse(jpeg_of(10000, 9999), 850_000_000)
    yield "sparse-data.jpg", sparse(jpeg_of(10000, 9999)[:300], 850_000_000)
    yield "sparse-before-scan.jpg", sparse(jpeg_of(10000, 9999)[:250], 850_000_000)
    yield "progressive-420.jpg", progressive_colour("progressive-420.jpg")
    yield "progressive-422.jpg", progressive_colour("progressive-422.jpg")
    if is_quick:
        return
    yield "profile-on-end.jpg", profile_jpeg(600)
    yield "many-empty-data.png", good[:33] + chunk(b"IDAT", b"") * 5_000_000 + good[33:]
    yield "many-texts.png", good[:33] + chunk(b"tEXt", b"x\0y") * 4_000_000 + good[33:]
    for name, depth, kind, bytes_a_pixel in (("rgb8", 8, 2, 3), ("rgba16", 16, 6, 8), ("grey1", 1, 0, 1 / 8)):
        for is_laced in (False, True):
            rows = int((10000 * bytes_a_pixel + 1) * 9999 * (1.01 if is_laced else 1)) + 100_000
            yield f"flat-{name}{'-laced' if is_laced else ''}.png", png(10000, 9999, zeros(rows), depth, kind, is_laced=is_laced)


def progressive_colour(name: str = "progressive-444.jpg") -> bytes:
    data = bytearray((REFERENCE / name).read_bytes())
    frame = data.index(b"\xff\xc2")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 10000, 10000)
    return bytes(data)


def run(soak: Soak) -> dict:
    root = soak.pictures("in", each=2)
    trained = soak.run(["train", root, "-o", soak.scratch / "run", "--epochs", "1", *SMALL])
    soak.expect(trained.code == 0, trained.errors)
    figures = {"bombs": 0, "most seconds": 0.0, "most megabytes": 0.0, "refused": 0}
    for name, content in bombs(soak.quick, soak.reads_all):
        folder = soak.scratch / name
        folder.mkdir()
        (folder / "good.png").write_bytes(small_png())
        if callable(content):
            content(folder / name)
        else:
            (folder / name).write_bytes(content)
        del content
        export = ["export", soak.scratch / "run", folder, "-o", soak.scratch / "f.npy", "--overwrite", "--threads", "1"]
        measure(soak, name, export, 1, figures)
        (folder / f"again-{name}").hardlink_to(folder / name)
        measure(soak, name, ["check", folder, "--threads", "2"], 2, figures)
        figures["bombs"] += 1
        (folder / name).unlink()
        (folder / f"again-{name}").unlink()
    return figures


def measure(soak: Soak, name: str, words: list, copies: int, figures: dict) -> None:
    command = [soak.siam, *map(str, words), "--max-bad", "0.9"]
    seconds, megabytes, code, errors = cost(command)
    what = f"{name}: {words[0]}, exit {code}, {seconds:.2f} s, {megabytes:.0f} MB, {errors.strip().splitlines()[-1:]}"
    if os.environ.get("SOAK_VERBOSE"):
        print(what)
    # A folder of one good picture cannot be trained on, which siam check says with 65.
    soak.expect(code in (0, 65)[:copies] and seconds <= SECONDS * copies and megabytes <= MEGABYTES, what)
    figures["refused"] += "skipped" in errors
    figures["most seconds"] = max(figures["most seconds"], seconds / copies)
    figures["most megabytes"] = max(figures["most megabytes"], megabytes)


def cost(command: list[str]) -> tuple[float, float, int, str]:
    """Processor seconds, peak megabytes, exit code and messages of a command."""
    read, write = os.pipe()
    process = os.fork()  # not vfork, by which the child would take over this program's own peak
    if process == 0:
        os.dup2(write, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execv(command[0], command)
    os.close(write)
    with os.fdopen(read, errors="replace") as messages:
        errors = messages.read()
    _, status, usage = os.wait4(process, 0)
    code = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, code, errors


def figure(f: dict) -> str:
    return (
        f"{f['bombs']} bombs, {f['refused']} refused: at most {f['most seconds']:.1f} s and "
        f"{f['most megabytes']:.0f} MB each"
    )
