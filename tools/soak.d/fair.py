"""Test folders that share pictures with the bank in every way, and outputs written among the pictures."""

import json
import os
import shutil
import struct
import zlib

from pictures import png
from soaking import SMALL, Soak

PROMISE = "no picture is judged by itself, and no output becomes a picture"
HOW = (
    "test folders with pictures of the bank as copies, hard links, links, under other names, in other classes and as other "
    "files of the same pixels: the queries that are left; every command that writes a file told to write it among the "
    "pictures: how many pictures there are afterwards"
)


def run(soak: Soak) -> dict:
    figures = {"folders": 0, "copies": 0, "outputs": 0}
    bank, trained = soak.pictures("bank", each=8), soak.scratch / "run"
    ended = soak.run(["train", bank, "-o", trained, "--epochs", "1", *SMALL])
    soak.expect(ended.code == 0, f"no run: {ended.errors}")
    for number in soak.repetitions(3, 40):
        test = soak.pictures(f"test-{number}", each=4, after=8)
        shared = soak.chance.sample(sorted(bank.glob("*/*.png")), soak.chance.randrange(0, 12))
        for index, path in enumerate(shared):
            share(soak, path, test / soak.chance.choice(("bag", "coat", "trouser")) / f"x{index}.png")
        ended = soak.run(["eval", trained, "--train", bank, "--test", test, "--k", "1", "--json", "--follow-links"])
        soak.expect(ended.code == 0, f"{len(shared)} shared: exit {ended.code}: {ended.errors}")
        report = json.loads(ended.output)
        found = report["queries"]["pictures"], report["copies_left_out"]
        soak.expect(found == (12, len(shared)), f"{len(shared)} shared: {found}")
        figures["folders"] += 1
        figures["copies"] += len(shared)
    for test in (bank, bank / ".", bank / "bag" / "..", link(soak, bank), clone(soak, bank)):
        for words in (["eval", trained, "--train", bank], ["train", bank, "-o", soak.scratch / "new", *SMALL]):
            ended = soak.run([*words, "--test", test])
            soak.expect(ended.code == 64 and not ended.output, f"--test {test}: exit {ended.code}: {ended.output}")
        figures["folders"] += 1
    for target in ("", "coat"):
        figures["outputs"] += outputs(soak, bank, trained, target)
    return figures


def share(soak: Soak, path, target) -> None:
    """The same pixels at another place."""
    way = soak.chance.randrange(4)
    if way == 0:
        shutil.copy(path, target)
    elif way == 1:
        os.link(path, target)
    elif way == 2:
        target.symlink_to(path)
    else:  # another file of the same pixels: a text before the end
        data = path.read_bytes()
        text = png(1, 1, 1, b"\0")[8:33].replace(b"IHDR", b"tEXt")
        end = len(data) - 12
        target.write_bytes(data[:end] + chunk(b"tEXt", b"Comment\0" + text) + data[end:])


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def link(soak: Soak, bank):
    path = soak.scratch / "link"
    path.symlink_to(bank)
    return path


def clone(soak: Soak, bank):
    return shutil.copytree(bank, soak.scratch / "clone")


def outputs(soak: Soak, bank, trained, target: str) -> int:
    """Writes everything that can be written into a folder of pictures, and counts the pictures."""
    root = shutil.copytree(bank, soak.scratch / f"mine-{target}")
    place = root / target
    photo = sorted((root / "bag").iterdir())[0]
    restore = ["restore", "denoise", photo, "--depth", "2", "--width", "16", "--iterations", "4", "--preview-every", "2"]
    commands = [
        ["train", root, "-o", place / "run", "--epochs", "1", *SMALL], ["preview", root, "-o", place / "sheet.png"],
        ["search", trained, photo, "--in", root, "-o", place / "near.png"],
        ["odd", root, trained, "-o", place / "odd.html"], ["duplicates", root, "-o", place / "groups.html"],
        ["export", trained, root, "-o", place / "f.npy"], ["export", trained, root, "-o", place / "f.csv"],
        ["report", trained, "-o", place / "report.html"], ["lab", "scalar", "-o", place / "lab", "--quick", "--seeds", "1"],
        [*restore, "-o", soak.scratch / f"out-{target}.png", "--previews", place / "previews"],
        ["eval", trained, "--train", root, "--cache", place / "cache"],
    ]  # fmt: skip
    for words in commands:
        ended = soak.run(words)
        soak.expect(ended.code in (0, 73), f"{words[0]}: exit {ended.code}: {ended.errors}")
    ended = soak.run(["check", root, "--json"])
    pictures = json.loads(ended.output)["train"]["facts"]["pictures"]
    soak.expect(pictures == 24, f"{pictures} pictures in place of 24 after writing into {target or 'the root'}")
    return len(commands)


def figure(f: dict) -> str:
    return f"{f['folders']} folders with {f['copies']} shared pictures, none judged; {f['outputs']} outputs, none a picture"
