"""What `siam check` says about a folder that is known to be bad."""

import json
import os
import re
import shutil
from pathlib import Path

from hostile_tree import REFERENCE, make
from pictures import png
from shown import printable, raw
from soaking import DATA, Soak

PROMISE = "siam check finds what is wrong with a folder before a training does"
HOW = "`tools/hostile`'s folder with one of everything else that is odd, and a test folder with copies of its pictures"

CLASS = DATA / "fashion-mini" / "test" / "bag"


def run(soak: Soak) -> dict:
    tree = make(soak.scratch / "in", soak.quick, seed=int(soak.chance.random() * 1e6), is_root=os.geteuid() == 0)
    test = soak.scratch / "test"
    wanted = add_oddities(tree.root, test, soak.quick)
    ended = soak.run(["check", tree.root, "--test", test, "--json", "--max-bad", "1"])
    soak.expect(ended.code == 0, f"exit {ended.code}: {ended.errors[-500:]}")
    soak.expect(not raw(ended.output) and not raw(ended.errors), f"prints {raw(ended.output + ended.errors)}")
    report = json.loads(ended.output)
    findings = {finding["kind"]: finding for finding in report["train"]["findings"] + report["across"]}

    figures = {"files": 0, "files told": 0, "kinds": len(wanted), "kinds found": 0}
    told = reasons(findings)
    for item in tree.expected:
        if item.outcome not in ("bad", "used"):
            continue
        reason = told.get(printable(item.path))
        right = reason is not None and re.search(item.reason, reason) is not None
        right = right if item.outcome == "bad" else reason is None
        figures["files"] += 1
        text = f"{printable(item.path)}: {reason or 'not listed'}, expected {item.outcome} {item.reason}"
        figures["files told"] += soak.expect(right, text)
    for kind, (count, *examples) in wanted.items():
        finding = findings.get(kind)
        right = finding is not None and (count is None or finding["count"] == count)
        right = right and all(any(example in text for text in finding["examples"]) for example in examples)
        figures["kinds found"] += soak.expect(right, f"{kind}: expected {count} {examples}, found {str(finding)[:300]}")

    # The same for a person, at the default share, which so many bad pictures exceed; then strictly; then nothing bad.
    for words, code in ([], 65), (["--max-bad", "1"], 0), (["--max-bad", "1", "--strict"], 65):
        ended = soak.run(["check", tree.root, *words])
        soak.expect(ended.code == code, f"check {words}: exit {ended.code}, not {code}: {ended.errors[-300:]}")
        soak.expect(not raw(ended.output) and not raw(ended.errors), f"prints {raw(ended.output + ended.errors)}")
    ended = soak.run(["check", DATA / "fashion-mini" / "test", "--strict"])
    soak.expect(ended.code == 0, f"a good folder, strictly: exit {ended.code}: {ended.output[-500:]}")
    for name in ("closed/folder", "closed/file.png"):
        os.chmod(tree.root / name, 0o700)
    return figures


def reasons(findings: dict) -> dict[str, str]:
    """The reason for each file that is told to be bad or no file, by its printable name."""
    found = {}
    for kind in ("bad_pictures", "unreadable_names"):
        for text in findings.get(kind, {}).get("examples", []):
            name, _, reason = cut(text)
            found[printable(name)] = reason
    return found


def cut(text: str) -> tuple[str, str, str]:
    """A path ends with the ending of a picture, or is a folder's; the reason follows."""
    match = re.match(r"(?s)(.*?\.(?:png|jpe?g)|closed/folder): (.*)", text, re.IGNORECASE)
    return (match[1], ": ", match[2]) if match else text.partition(": ")


def add_oddities(root: Path, test: Path, is_quick: bool) -> dict[str, tuple]:
    """Puts more into the folder, and says which kind of finding is to be found how often, with what among its examples."""
    bags = sorted(CLASS.iterdir())
    odd, one, few = root / "odd", root / "one", root / "few"
    for folder in (odd, one, few, root / "none", test / "odd", test / "unheard"):
        folder.mkdir(parents=True)
    for bag in bags[:20]:
        shutil.copy(bag, odd)
    for name in ("exif6.jpg", "grey16.png", "rgba8.png", "cmyk.jpg", "baseline-444.jpg", "progressive-444.jpg"):
        shutil.copy(REFERENCE / name, odd)
    shutil.copy(bags[0], few / "copy.png")
    shutil.copy(bags[30], few)
    shutil.copy(bags[31], one)
    shutil.copy(REFERENCE / "rgb8.png", odd / "named.jfif")
    shutil.copy(bags[32], root / "beside.png")
    for bag in bags[:3]:
        shutil.copy(bag, test / "odd")
    # A mosaic, and the same a little brighter.
    cells = [[(x * 71 + y * 37 + x * y * 23) % 190 + 20 for x in range(8)] for y in range(8)]
    mosaic = bytes(cells[y // 4][x // 4] for y in range(32) for x in range(32))
    (odd / "mosaic.png").write_bytes(png(32, 32, 1, mosaic))
    for name, levels in (
        ("night", [sample // 5 for sample in mosaic]), ("fog", [245 + sample // 22 for sample in mosaic]),
        ("soft", [x + y for y in range(32) for x in range(32)]), ("wall", [90 + 90 * (at % 33 == 0) for at in range(32 * 32)]),
    ):  # fmt: skip
        (odd / f"{name}.png").write_bytes(png(32, 32, 1, bytes(levels)))
    (test / "unheard" / "brighter.png").write_bytes(png(32, 32, 1, bytes(sample + 20 for sample in mosaic)))
    return {
        "bad_pictures": (None,), "unreadable_names": (None, "special/pipe.png"), "outside_links": (None, "special/outside.png"),
        "rotated_pictures": (None, "odd/exif6.jpg: orientation 6"), "wide_grey": (None, "odd/grey16.png"),
        "transparent_pictures": (None, "odd/rgba8.png"), "cmyk_pictures": (1 if is_quick else None, "odd/cmyk.jpg"),
        "misnamed_pictures": (None, "kinds/really-png.jpg: PNG", "odd/named.jfif: PNG"),
        "unnamed_pictures": (None, "kinds/other.webp"),
        "beside_classes": (1, "beside.png"), "hidden_names": (None,), "copies": (None, "odd/00"),
        "conflicting_classes": (None, " = odd/00"), "single_picture_classes": (None, "one: 1"),
        "small_classes": (None, "few: 2"), "empty_classes": (None, "none: 0"), "unbalanced_classes": (None,),
        "copies_across": (3, f"test odd/{bags[0].name}"), "near_duplicates_across": (1, "test unheard/brighter.png"),
        "dark_pictures": (None, "odd/night.png"), "bright_pictures": (None, "odd/fog.png"),
        "blurred_pictures": (None, "odd/soft.png"), "nearly_flat_pictures": (None, "odd/wall.png"),
        "unknown_classes": (1, "unheard"), "untested_classes": (None, "few"),
    }  # fmt: skip


def figure(f: dict) -> str:
    return (
        f"{f['files told']:,} of {f['files']:,} files told as expected, {f['kinds found']} of {f['kinds']} kinds of findings"
    )
