"""A folder of bad pictures, with names and contents made to do harm."""

import os
import re
import shutil

from hostile_tree import Expected, make
from shown import one_line, printable, raw
from soaking import SMALL, Soak, text

PROMISE = "every bad picture is a typed error with path and reason; the run goes on"
HOW = "`tools/hostile`: a training, an evaluation and an export of its folder, read by a user who may not read all of it"


def run(soak: Soak) -> dict:
    # Run as a user other than root, since root may read everything.
    lower = []
    if os.geteuid() == 0 and shutil.which("setpriv"):
        lower = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    is_root = os.geteuid() == 0 and not lower
    tree = make(soak.scratch / "in", soak.quick, seed=int(soak.chance.random() * 1e6), is_root=is_root, reads_all=soak.reads_all)
    out = soak.scratch / "out"
    out.mkdir()
    for folder in (soak.scratch, out):
        os.chmod(folder, 0o777)
    siam = shutil.copy(soak.siam, soak.scratch / "siam")
    soak.siam = str(siam)
    figures = {"files": len(tree.expected), "as expected": 0, "crashes": 0}
    patience = 120 if soak.quick else 3600  # the long form has a quarter of a million files

    ended = soak.run(["train", tree.root, "-o", out / "run", "--epochs", "1", "--max-bad", "1", *SMALL], program=lower, timeout=patience)
    check_ended(soak, "train", ended, figures)
    ended = soak.run(["export", out / "run", tree.root, "-o", out / "f.npy", "--max-bad", "1"], program=lower, timeout=patience)
    check_ended(soak, "export", ended, figures)
    ended = soak.run(["eval", out / "run", "--train", tree.root, "--max-bad", "1", "--json"], program=lower, timeout=patience)
    check_ended(soak, "eval", ended, figures)
    bad = reasons(text(out / "run" / "skipped.txt"), tree.expected, soak)
    used = text(out / "f.paths.txt").split("\n")[:-1]
    known = set(used)
    soak.expect(len(used) == len(known), "a picture is used twice")
    for item in tree.expected:
        figures["as expected"] += soak.expect(*judged(item, bad.get(item.path), one_line(item.path) in known))

    # Without --max-bad these are too many, and with --strict one is; each error is one line.
    for words in ([], ["--strict"]):
        ended = soak.run(["export", out / "run", tree.root, "-o", out / "g.npy", *words], program=lower, timeout=patience)
        soak.expect(ended.code in (65, 66), f"export {words}: exit {ended.code}: {ended.errors[-300:]}")
        soak.expect(not (out / "g.npy").exists(), f"export {words}: a file in spite of the error")
    for folder in (tree.root / "closed/folder", tree.root / "closed/file.png"):
        os.chmod(folder, 0o700)
    return figures


def check_ended(soak: Soak, what: str, ended, figures: dict) -> None:
    figures["crashes"] += ended.code > 128 or ended.code == 70
    soak.expect(ended.code == 0, f"{what}: exit {ended.code}: {ended.errors[-500:]}")
    for text in (ended.output, ended.errors):
        soak.expect(not raw(text), f"{what} prints {raw(text)}")


def reasons(listed: str, expected: list[Expected], soak: Soak) -> dict[str, str]:
    """The listed reasons by path; every line must be about a file that there is."""
    soak.expect(not raw(listed), f"skipped.txt holds {raw(listed)}")
    known = {printable(item.path): item.path for item in expected}
    found = {}
    for line in listed.split("\n")[:-1]:
        places = [match.start() for match in re.finditer(": ", line)]
        path = next((known[line[:at]] for at in places if line[:at] in known), None)
        if soak.expect(path is not None, f"skipped.txt: no such file: {line[:300]}"):
            soak.expect(path not in found, f"skipped.txt lists {path!r} twice")
            found[path] = line[len(printable(path)) + 2 :]
    return found


def judged(item: Expected, reason: str | None, is_used: bool) -> tuple[bool, str]:
    """Whether a file was treated as expected, and what to say if not."""
    what = f"{printable(item.path)}: {'used' if is_used else 'not used'}, " + (f"listed: {reason}" if reason else "not listed")
    match item.outcome:
        case "used":
            holds = is_used and reason is None
        case "silent":
            holds = not is_used and reason is None
        case "bad":
            holds = not is_used and bool(reason) and re.search(item.reason, reason) is not None
        case _:
            holds = is_used == (reason is None)
    return holds, f"{what}, expected {item.outcome} {item.reason}"


def figure(f: dict) -> str:
    return f"{f['as expected']:,} of {f['files']:,} files as expected, {f['crashes']} crashes"
