"""What the data tools share, using only the standard library: PNG writing, and a folder that is either whole or absent."""

import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, channels: int, pixels: bytes) -> bytes:
    """A PNG file of `pixels`, rows from the top, interleaved; `channels` is 1 (grey) or 3 (RGB)."""
    if channels not in (1, 3) or len(pixels) != width * height * channels:
        raise ValueError(f"{len(pixels)} samples for {width}x{height} in {channels} channels")
    row = width * channels
    lines = b"".join(b"\0" + pixels[at : at + row] for at in range(0, len(pixels), row))
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A folder to fill, which takes the name `out` at the end, and is removed if anything fails before it."""
    if out.exists():
        raise FileExistsError(f"{out} exists already")
    partial = out.with_name(out.name + ".partial")
    partial.mkdir(parents=True)
    try:
        yield partial
        partial.rename(out)
    except BaseException:
        shutil.rmtree(partial)
        raise
