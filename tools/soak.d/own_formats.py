"""Damaged and invented checkpoints, encoders and records: files as Siam writes them, made by someone else."""

import json
import re
import shutil
import struct
import subprocess
from pathlib import Path

from bombs import cost
from shown import raw
from soaking import SMALL, Soak

PROMISE = "hostile inputs of our own formats: never a wrong load"
HOW = (
    "every bit flipped and every truncation of a checkpoint and an encoder, by the loaders; samples of them and "
    "invented headers (huge, overlapping, negative, not UTF-8, deeply nested), by `siam export` and `--resume`"
)

MARK = b'"fnv1a64":"'


def summed(content: bytes) -> bytes:
    """The file with its checksum corrected."""
    at = content.index(MARK) + len(MARK)
    blank = content[:at] + b"0" * 16 + content[at + 16 :]
    value = 0xCBF29CE484222325
    for byte in blank:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return blank[:at] + b"%016x" % value + blank[at + 16 :]


def safetensors(header: bytes | dict, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    content = struct.pack("<Q", len(text) if length is None else length) + text + data
    return summed(content) if MARK in content else content


def parts(content: bytes) -> tuple[dict, bytes]:
    length = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def invented(encoder: bytes) -> dict[str, bytes]:
    """Encoders with correct checksums and lying headers, by what is wrong with them."""
    whole, data = parts(encoder)
    first, second = [name for name in whole if name != "__metadata__"][:2]

    def changed(name: str, **fields) -> bytes:
        return safetensors({**whole, name: {**whole[name], **fields}}, data)

    def configured(**fields) -> bytes:
        metadata = dict(whole["__metadata__"])
        configuration = json.loads(metadata["configuration"])
        encoder_fields = {key: fields.pop(key) for key in ("width", "size", "preset") if key in fields}
        configuration["encoder"].update(encoder_fields)
        metadata["configuration"] = json.dumps({**configuration, **fields})
        return safetensors({**whole, "__metadata__": metadata}, data)

    def described(text: str) -> bytes:
        return safetensors({**whole, "__metadata__": {**whole["__metadata__"], "configuration": text}}, data)

    text = json.dumps(whole, separators=(",", ":")).encode()
    start, end = whole[first]["data_offsets"]
    return {
        "a header longer than the file": safetensors(text, data, length=1 << 62),
        "a header of -1 bytes": safetensors(text, data, length=(1 << 64) - 1),
        "overlapping data": changed(second, data_offsets=[start, start + whole[second]["data_offsets"][1] - whole[second]["data_offsets"][0]]),
        "negative offsets": changed(first, data_offsets=[-8, end]),
        "offsets past 2^63": changed(first, data_offsets=[2**63, 2**63 + end]),
        "a negative shape": changed(first, shape=[-1, -end]),
        "a shape past 2^64": changed(first, shape=[2**33, 2**33]),
        "a shape of a fraction": changed(first, shape=[0.5, 2 * end]),
        "an unknown kind": changed(first, dtype="F31"),
        "another kind": changed(first, dtype="I32"),
        "another shape": changed(first, shape=whole[first]["shape"][::-1] + [1]),
        "a name that is not UTF-8": safetensors(text.replace(first.encode(), b"\xff\xfe" + first.encode()[2:]), data),
        "a name with an escape": safetensors(text.replace(first.encode(), b"\\u001b[2J\\u202e" + first.encode()), data),
        "a name twice": safetensors(text.replace(f'"{second}"'.encode(), f'"{first}"'.encode()), data),
        "an array missing": safetensors({key: value for key, value in whole.items() if key != first}, data),
        "brackets to the depth of a million": safetensors(text[:-1] + b',"x":' + b"[" * 1_000_000 + b"}", data),
        "a configuration of brackets": described("[" * 1_000_000),
        "a configuration of objects": described('{"encoder":' * 100_000 + "1" + "}" * 100_000),
        "no configuration": described(""),
        "a network of terabytes": configured(width=1024, preset="resnet18", dimension=65536, hidden=65536),
        "a negative width": configured(width=-1),
        "a width past 2^63": configured(width=10**30),
        "a method with an escape": configured(method="\x1b[2J\u202esimsiam"),
        "a recipe with an escape": configured(recipe="\x1b[2J\u202e(1)"),
        "a recipe to the depth of a million": configured(recipe="crop(" * 1_000_000),
        "weights that are no numbers": safetensors(whole, b"\xff" * len(data)),
    }  # fmt: skip


def run(soak: Soak) -> dict:
    root = soak.pictures("in", each=4)
    folder = soak.scratch / "run"
    words = dict(zip(SMALL[::2], SMALL[1::2])) | {"--width": "1", "--dimension": "2", "--hidden": "1"}
    small = [word for pair in words.items() for word in pair]
    trained = soak.run(["train", root, "-o", folder, "--epochs", "2", *small])
    soak.expect(trained.code == 0, trained.errors)
    figures = {"damaged": 0, "by the loaders": 0, "invented": 0, "wrong loads": 0, "most seconds": 0.0, "most megabytes": 0.0}
    encoder, checkpoint = folder / "encoder.safetensors", folder / "checkpoint.safetensors"
    whole = {path: path.read_bytes() for path in (encoder, checkpoint)}

    for name, content in invented(whole[encoder]).items():
        refused(soak, figures, name, content, root, {65, 64})
        figures["invented"] += 1
    for _ in soak.repetitions(15, 1000):
        for path, content in whole.items():
            place = soak.chance.randrange(len(content))
            changed = bytearray(content)
            changed[place] ^= 1 << soak.chance.randrange(8)
            refused(soak, figures, f"{path.name}, byte {place} changed", bytes(changed), root, {65})
            refused(soak, figures, f"{path.name} cut at {place}", content[:place], root, {65})
            figures["damaged"] += 2
    resumed(soak, figures, root, folder, whole[checkpoint])
    if not soak.quick and soak.part[0] == 1:
        for path in whole:
            tried = subprocess.run(
                ["tools/fuzz/run", "--all", path, "checkpoint"],
                cwd=Path(__file__).resolve().parent.parent.parent, capture_output=True, text=True,
            )  # fmt: skip
            found = re.search(r"(\d+) changes, (\d+) loaded", tried.stdout)
            if soak.expect(found is not None, f"tools/fuzz/run --all: {tried.stdout[-300:]} {tried.stderr[-300:]}"):
                figures["by the loaders"] += int(found[1])
                figures["wrong loads"] += int(found[2])
                soak.expect(found[2] == "0", f"{path.name}: {found[0]}")
    return figures


def refused(soak: Soak, figures: dict, what: str, content: bytes, root: Path, codes: set[int]) -> None:
    """An export by such an encoder must fail on one clean line, at once, and write nothing."""
    file, out = soak.scratch / "hostile.safetensors", soak.scratch / "f.npy"
    file.write_bytes(content)
    words = [soak.siam, "export", file, root, "-o", out, "--threads", "1"]
    seconds, megabytes, code, errors = cost([*map(str, words)])
    figures["most seconds"] = max(figures["most seconds"], seconds)
    figures["most megabytes"] = max(figures["most megabytes"], megabytes)
    is_clean = errors.count("\n") == 1 and not raw(errors) and "hostile.safetensors" in errors or "row" in errors
    holds = code in codes and is_clean and not out.exists() and seconds < 2 and megabytes < 700
    figures["wrong loads"] += out.exists()
    out.unlink(missing_ok=True)
    soak.expect(holds, f"{what}: exit {code}, {seconds:.1f} s, {megabytes:.0f} MB: {errors[:300]!r}")


def resumed(soak: Soak, figures: dict, root: Path, folder: Path, checkpoint: bytes) -> None:
    """A run with damaged files is not resumed, and is left as it was."""
    record = (folder / "config.json").read_bytes()
    cases = [("config.json", record[:place]) for place in range(0, len(record) - 2, 40 if soak.quick else 3)]
    cases += [("config.json", b"[" * 1_000_000), ("config.json", b'{"a":' * 100_000), ("config.json", b"\xff\xfe")]
    cases += [("checkpoint.safetensors", checkpoint[: len(checkpoint) // 2]), ("checkpoint.safetensors", b"")]
    for name, content in cases:
        copy = soak.scratch / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        (copy / name).write_bytes(content)
        before = {path.name: path.read_bytes() for path in copy.iterdir()}
        ended = soak.run(["train", root, "-o", copy, "--resume"])
        after = {path.name: path.read_bytes() for path in copy.iterdir()}
        is_clean = ended.errors.count("\n") == 1 and not raw(ended.errors) and name in ended.errors
        soak.expect(ended.code in (64, 65) and is_clean, f"{name} of {len(content)} bytes: exit {ended.code}: {ended.errors[:300]}")
        soak.expect(before == after, f"{name} of {len(content)} bytes: the run was changed")
        figures["damaged"] += 1


def figure(f: dict) -> str:
    return (
        f"{f['by the loaders'] + f['damaged']:,} damaged and {f['invented']} invented files, {f['wrong loads']} wrong "
        f"loads; at most {f['most seconds']:.1f} s and {f['most megabytes']:.0f} MB"
    )
