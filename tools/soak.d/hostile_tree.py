"""A folder of bad pictures, and what to expect of each.

Every file is made here, by the standard library, out of the project's own reference pictures; the same seed gives the
same folder.
"""

import json
import os
import random
import re
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pictures import png  # noqa: E402  (found through the path above)

DATA = Path(__file__).resolve().parent.parent.parent / "data"
REFERENCE = DATA / "reference" / "pictures"
FORMATS = DATA / "reference" / "formats"  # those of the trait Vips

# Names that a terminal, a shell, a spreadsheet or a log could take for something else.
NAMES = [
    "new\nline", "\rreturn", "\ttab", "\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\x7fdelete", "\x9b31mC1", "nul-less\x01",
    "\u202egnp.exe", "\u2066isolate\u2069", "\u200fmark", "\u061carabic", "zero\u200bwidth", "\ufeffbom", "\u2028line",
    "\U000e0041tag", "\U0001f469\u200d\U0001f680", "\U0001f600", "e\u0301", "\xe9", "猫", "=1+1", "+1", "-rf", "@sum",
    "＝1", "a,b;c", 'quo"te', "apo'strophe", "back\\slash", "\\u{1b}", "$(touch x)", "`x`", "a b ", "%s%n", "<b>", "..",
    "a: b", "~", "x" * 251, "\U0001f600" * 62 + "abc",
]  # fmt: skip
NOT_UTF8 = [b"\xff", b"\xc3", b"cut\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf"]

# What others call pictures.
OTHER_KINDS = {
    "gif": (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "a GIF picture"),
    "webp": (b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00", "a WebP picture"),
    "bmp": (b"BM\x46\x00\x00\x00\x00\x00", "a BMP picture"),
    "tiff": (b"II*\x00\x08\x00\x00\x00", "a TIFF picture"),
    "html": (b"<!DOCTYPE html><html>404</html>", "an HTML page"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG picture"),
    "avif": (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", "an AVIF picture"),
    "pdf": (b"%PDF-1.7\n", "a PDF document"),
    "zip": (b"PK\x03\x04\x14\x00", "a ZIP archive"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer"),
    "noise": (bytes(range(1, 200)), "an unknown kind of file"),
    "zeros": (bytes(4096), "an unknown kind of file"),
    "jpeg-start": (b"\xff\xd8", "the beginning of a JPEG"),
    "text-mode": (b"\x89PNG\n\x1a\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "text conversion"),
}


@dataclass
class Expected:
    """What is to become of a file. `path` is below the root, bytes that are not UTF-8 as surrogates.

    outcome: "used"; "bad", listed with a reason that `reason` (a regular expression) matches; "either" of the two;
    "silent", neither.
    """

    path: str
    outcome: str
    reason: str = ""


class Tree:
    def __init__(self, root: Path, seed: int = 0):
        self.root, self.chance, self.expected = root, random.Random(seed), []
        root.mkdir(parents=True)

    def place(self, path: str | bytes, outcome: str, reason: str = "") -> str:
        """Notes what is expected, makes the folders, and returns the whole path."""
        path = os.fsdecode(path)
        self.expected.append(Expected(path, outcome, reason))
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        return whole

    def file(self, path: str | bytes, content: bytes, outcome: str, reason: str = "") -> None:
        with open(self.place(path, outcome, reason), "wb") as file:
            file.write(content)


def small_png(side: int = 5) -> bytes:
    """A PNG of three chunks, every byte of which a checksum guards."""
    return png(side, side, 3, bytes(37 * i % 251 for i in range(3 * side * side)))


def sources(is_quick: bool) -> dict[str, bytes]:
    names = ["grey1.png", "palette2-trns.png", "size-1x1.jpg"]
    files = [REFERENCE / name for name in names] if is_quick else sorted(REFERENCE.iterdir())
    return {"plain.png": small_png()} | {file.name: file.read_bytes() for file in files}


def grow(tree: Tree, is_quick: bool, is_root: bool, reads_all: bool) -> None:
    """Fills the tree.

    `is_root`: whether the program that will read it may read everything; `reads_all`: whether it has the trait Vips.
    """
    good = small_png()
    for label in ("good-a", "good-b"):
        for index in range(8):
            tree.file(f"{label}/{index}.png", png(6, 6, 1, tree.chance.randbytes(36)), "used")
    files = sources(is_quick)
    cut_and_changed(tree, files, is_quick)
    other_formats(tree, is_quick, reads_all)

    for kind, (content, reason) in OTHER_KINDS.items():
        for ending in ("png", "JPG", "jpeg"):
            tree.file(f"kinds/{kind}.{ending}", content, "bad", "" if reads_all else re.escape(reason))
    for ending in ("png", "jpg", "jpeg", "PNG"):
        tree.file(f"kinds/empty.{ending}", b"", "bad", "an empty file")
    tree.file("kinds/really-png.jpg", good, "used")
    tree.file("kinds/really-jpeg.png", (REFERENCE / "grey.jpg").read_bytes(), "used")
    tree.file("kinds/no-ending", good, "silent")
    tree.file("kinds/other.webp", good, "used" if reads_all else "silent")
    tree.file("kinds/.hidden.png", good, "silent")
    wide = good[:16] + (30000).to_bytes(4, "big") * 2 + good[24:]
    tree.file("kinds/wide.png", wide, "bad", "30000×30000 pixels, more than the limit")

    tree.file("folders/folder.png/inner.png", good, "used")
    os.mkdir(tree.place("folders/empty.jpg", "silent"))
    special(tree, good)
    for index, name in enumerate(NAMES):
        tree.file(f"names/{name}.png", good, "silent" if name.startswith(".") else "used")
        tree.file(f"names-bad/{name}.png", b"not a picture", "silent" if name.startswith(".") else "bad", "unknown kind")
        if index < 30 and not is_quick or index < 4:
            tree.file(f"{name}/in-an-odd-folder.png", good, "used")
    for name in NOT_UTF8:
        tree.file(b"names/" + name + b".png", good, "used")

    tree.file("closed/file.png", good, "used" if is_root else "bad", "cannot open: Permission denied")
    os.chmod(tree.root / "closed/file.png", 0)
    tree.file("closed/folder/file.png", good, "used" if is_root else "silent")
    if not is_root:
        tree.place("closed/folder", "bad", "cannot list folder: Permission denied")
    os.chmod(tree.root / "closed/folder", 0)


def cut_and_changed(tree: Tree, files: dict[str, bytes], is_quick: bool) -> None:
    """Files cut at every offset, with bits flipped, with runs of zeros."""
    for name, content in files.items():
        is_guarded = name == "plain.png"
        for count in range(len(content)):
            tree.file(f"cut/{count:05}-{name}", content[:count], "bad")
        bits = 8 * len(content)
        chosen = range(bits) if is_guarded or not is_quick and bits < 8000 else tree.chance.sample(range(bits), 200)
        for bit in chosen:
            changed = bytearray(content)
            changed[bit // 8] ^= 1 << bit % 8
            tree.file(f"bits/{bit:06}-{name}", bytes(changed), "bad" if is_guarded else "either")
        for index in range(20):
            start = tree.chance.randrange(len(content))
            count = min(len(content) - start, 1 + tree.chance.randrange(64))
            zeroed = content[:start] + bytes(count) + content[start + count :]
            outcome = "used" if zeroed == content else "bad" if is_guarded else "either"
            tree.file(f"zeroed/{index:02}-{name}", zeroed, outcome)


def other_formats(tree: Tree, is_quick: bool, reads_all: bool) -> None:
    """Files of the formats that a build with libvips reads, whole, cut and changed, under names that every build looks at."""
    for path in sorted(FORMATS.iterdir()):
        content = path.read_bytes()
        tree.file(f"formats/{path.name}.png", content, "used" if reads_all else "bad", "tools/build --with vips makes a siam that reads it")
        for index in range(12 if is_quick else 400):
            changed = bytearray(content[: tree.chance.randrange(len(content))] if index % 3 == 0 else content)
            for _ in range(tree.chance.randrange(1, 9) if changed and index % 3 else 0):
                changed[tree.chance.randrange(len(changed))] = tree.chance.randrange(256)
            if changed != content:
                tree.file(f"formats-changed/{index:03}-{path.name}.png", bytes(changed), "either" if reads_all else "bad")


def special(tree: Tree, good: bytes) -> None:
    """Special files and links."""
    os.mkfifo(tree.place("special/pipe.png", "bad", "not a regular file"))
    os.mkfifo(tree.place("special/pipe", "silent"))
    with socket.socket(socket.AF_UNIX) as end:
        folder = os.open(os.path.dirname(tree.place("special/socket.png", "bad", "not a regular file")), os.O_RDONLY)
        end.bind(f"/proc/self/fd/{folder}/socket.png")  # a socket's path must be short
        os.close(folder)
    tree.file("special/file.png", good, "used")
    links = [
        ("nowhere.png", "missing", "bad"), ("itself.png", "itself.png", "bad"), ("round-a.png", "round-b.png", "bad"),
        ("round-b.png", "round-a.png", "bad"), ("file-again.png", "file.png", "used"), ("here", ".", "silent"),
        ("device.png", "/dev/zero", "silent"), ("outside.png", "/etc/passwd", "silent"),
        ("outside", "/", "silent"), ("to-a-pipe.png", "pipe.png", "bad"),
    ]  # fmt: skip
    for name, target, outcome in links:
        reason = "not a regular file" if "pipe" in name else "a link that leads nowhere"
        os.symlink(target, tree.place(f"special/{name}", outcome, reason))


def make(out: Path, is_quick: bool, seed: int, is_root: bool, reads_all: bool = False) -> Tree:
    """`out`/pictures, the folder, and `out`/expected.jsonl, a line for each file."""
    tree = Tree(out / "pictures", seed)
    grow(tree, is_quick, is_root, reads_all)
    with (out / "expected.jsonl").open("w") as file:
        for item in tree.expected:
            file.write(json.dumps(asdict(item)) + "\n")
    return tree
