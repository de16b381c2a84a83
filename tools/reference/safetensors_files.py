"""Safetensors files to read and to match, made with Python's own library.

    python tools/reference/safetensors_files.py

writes data/reference/python.safetensors (what the library writes: Siam must read it) and
data/reference/siam.safetensors (what Siam must write, byte for byte: laid out here by hand, checksum included,
and read back with the library to see that it accepts it and finds the same numbers).
"""

import json
import pathlib
import struct

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load, save_file

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"

# Every number is exact in its type, so that the Swift side can write the same table as formulas.
ARRAYS = {
    "weight": (np.arange(6, dtype=np.float32) / 4 - 1).reshape(2, 3),
    "double": np.array(0.1, dtype=np.float64),
    "long": np.arange(-2, 3, dtype=np.int64) * 10**12,
    "unsigned": np.array([0, 2**64 - 1], dtype=np.uint64),
    "int": np.arange(4, dtype=np.int32).reshape(2, 1, 2) - 2,
    "bytes": np.array([0, 1, 255], dtype=np.uint8),
    "half": np.array([1.5, -2], dtype=np.float16),
    "empty": np.zeros((0, 4), dtype=np.float32),
    'name "with" \\ é\n猫': np.array([7], dtype=np.float32),
}
METADATA = {"method": "simsiam", "note": 'é "quoted"\n\t\\ 猫\u0001'}
TYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "uint64": "U64", "int32": "I32",
         "uint8": "U8"}


def fnv1a64(data: bytes) -> str:
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return f"{value:016x}"


def quoted(text: str) -> str:
    """JSON with \\u escapes for all control characters, everything else as it is."""
    result = "".join("\\" + c if c in '"\\' else f"\\u{ord(c):04x}" if c < " " else c for c in text)
    assert json.loads(f'"{result}"') == text
    return f'"{result}"'


def siam(arrays: dict, metadata: dict) -> bytes:
    order = sorted(arrays, key=lambda name: -arrays[name].itemsize)  # stable
    offsets, end = {}, 0
    for name in order:
        offsets[name] = (end, end + arrays[name].nbytes)
        end += arrays[name].nbytes
    pairs = sorted({**metadata, "fnv1a64": "0" * 16}.items(), key=lambda pair: pair[0].encode())
    header = '{"__metadata__":{' + ",".join(f"{quoted(k)}:{quoted(v)}" for k, v in pairs) + "}"
    for name, array in arrays.items():
        shape = ",".join(map(str, array.shape))
        header += f',{quoted(name)}:{{"dtype":"{TYPES[array.dtype.name]}","shape":[{shape}],'
        header += '"data_offsets":[%d,%d]}' % offsets[name]
    header = (header + "}").encode()
    header += b" " * (-len(header) % 8)
    file = struct.pack("<Q", len(header)) + header + b"".join(arrays[name].tobytes() for name in order)
    return file.replace(b'"fnv1a64":"' + b"0" * 16, b'"fnv1a64":"' + fnv1a64(file).encode())


def check(path: pathlib.Path, arrays: dict, metadata: dict):
    with safe_open(path, framework="numpy") as file:
        found = file.metadata()
        found.pop("fnv1a64", None)
        assert found == metadata, found
    loaded = load(path.read_bytes())
    assert loaded.keys() == arrays.keys()
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype and loaded[name].shape == array.shape, name
        assert loaded[name].tobytes() == array.tobytes(), name


FOLDER.mkdir(parents=True, exist_ok=True)
save_file(ARRAYS, FOLDER / "python.safetensors", metadata=METADATA)
check(FOLDER / "python.safetensors", ARRAYS, METADATA)
writable = {name: array for name, array in ARRAYS.items() if name != "half"}  # Siam writes no half floats
(FOLDER / "siam.safetensors").write_bytes(siam(writable, METADATA))
check(FOLDER / "siam.safetensors", writable, METADATA)
