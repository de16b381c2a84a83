"""Siam's safetensors files read and changed without Siam: header, arrays and checksum, in Python alone."""

import array
import json
import math
import struct
from pathlib import Path


class Checkpoint:
    """A file that Siam wrote: its metadata, and its arrays as floats by name."""

    def __init__(self, path: Path):
        content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        self.header = json.loads(content[8 : 8 + length])
        self.metadata = self.header.pop("__metadata__")
        self._head, self._data = content[: 8 + length], bytearray(content[8 + length :])

    @property
    def step(self) -> int:
        return int(self.metadata["step"])

    def names(self, prefix: str = "") -> list[str]:
        return [name for name in self.header if name.startswith(prefix)]

    def values(self, name: str) -> array.array:
        start, end = self.header[name]["data_offsets"]
        values = array.array("f")
        values.frombytes(bytes(self._data[start:end]))
        return values

    def broken(self) -> list[str]:
        """The arrays that hold a NaN or infinite number."""
        return [name for name in self.header if not all(map(math.isfinite, self.values(name)))]

    def set(self, name: str, place: int, value: float) -> None:
        start = self.header[name]["data_offsets"][0]
        struct.pack_into("<f", self._data, start + 4 * place, value)

    def scale(self, name: str, factor: float) -> None:
        start, end = self.header[name]["data_offsets"]
        values = array.array("f", (value * factor for value in self.values(name)))
        self._data[start:end] = values.tobytes()

    def write(self, path: Path) -> None:
        """Writes the file under a checksum that is right again: FNV-1a with its own digits as zeros."""
        mark = self._head.index(b'"fnv1a64":"') + len(b'"fnv1a64":"')
        head = bytearray(self._head)
        head[mark : mark + 16] = b"0" * 16
        value = 0xCBF29CE484222325
        for byte in bytes(head) + bytes(self._data):
            value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        head[mark : mark + 16] = f"{value:016x}".encode()
        path.write_bytes(bytes(head) + bytes(self._data))
