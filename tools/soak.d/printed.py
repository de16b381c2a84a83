"""Names full of characters that terminals, logs and spreadsheets obey, through every command."""

import csv
import json
import os
import pty
import re
import select
import subprocess
import time
from pathlib import Path

from hostile_tree import NAMES, small_png
from pictures import png
from shown import one_line, printable, raw
from soaking import SMALL, Soak

PROMISE = "what is printed is safe"
HOW = (
    "every command, on a terminal and without one, with control, bidirectional, escape and formula characters in the "
    "names of folders, classes, pictures and outputs and in every kind of argument: the raw bytes in what is printed "
    "and in every text file written"
)

# What Siam itself writes to a terminal: colours, the start of the line, and "erase to the end of the line".
OWN = ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[K", "\r"]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def short(name: str) -> str:
    """The name, cut to leave room for an extension."""
    return name.encode()[:240].decode(errors="ignore")


def folder(root: Path, names: list[str], chance) -> None:
    for label in names:
        place = root / ("-" + label if label == ".." else label)
        place.mkdir(parents=True)
        for name in names[::4] + [label]:
            side = 3 + chance.randrange(9)
            (place / f"n{short(name)}.png").write_bytes(png(side, side, 3, chance.randbytes(3 * side * side)))
        (place / f"{short(label)}bad.png").write_bytes(b"\x1b[2J")
        os.mkfifo(place / f"{short(label)}pipe.png")


def run(soak: Soak) -> dict:
    names = NAMES[:12] + NAMES[25:34] if soak.quick else NAMES
    figures = {"commands": 0, "characters": 0, "raw": 0, "files": 0}
    evil = "\x1b[2J\u202e\x9b=1\n\u2066"
    root, flat = soak.scratch / f"in{evil}", soak.scratch / f"flat{evil}"
    others = soak.scratch / f"others{evil}"
    for place in (root, others):
        folder(place, names, soak.chance)
    flat.mkdir()
    for name in names:
        (flat / f"n{short(name)}.png").write_bytes(small_png())
    out = soak.scratch / f"out{evil}"
    out.mkdir()
    trained, share = out / f"run{evil}", ["--max-bad", "0.9"]
    labels = soak.scratch / f"labels{evil}.csv"
    with labels.open("w", newline="") as file:
        known = [(path, label) for label in root.iterdir() for path in sorted(label.glob("n*.png"))[:2]]
        csv.writer(file).writerows([path.relative_to(root), label.name] for path, label in known)
    commands = [
        ["train", root, "-o", trained, "--test", others, "--epochs", "2", *SMALL, *share],
        ["train", root, "-o", trained],
        ["train", root, "-o", trained, "--resume"],
        ["train", flat, "-o", out / "run2", "--epochs", "1", *SMALL],
        ["eval", trained, "--train", root, "--test", others, "--per-class", *share],
        ["eval", trained, "--train", root, "--test", root, *share],
        ["preview", root, "-o", root / names[0] / "sheet.png"],
        ["eval", trained, "--train", root, "--test", others, "--per-class", "--json", *share],
        ["eval", trained, "--train", flat],
        ["preview", root, "-o", out / f"sheet{evil}.png"],
        ["preview", root, "-o", out / f"sheet{evil}.png"],
        ["preview", root, "-o", out / "s.png", "--strict"],
        ["export", trained, root, "-o", out / f"f{evil}.csv", *share],
        ["export", trained, root, "-o", out / f"f{evil}.npy", "--overwrite", *share],
        ["export", trained, root, "-o", out / f"f{evil}.safetensors", "--overwrite", *share],
        ["export", trained, flat, "-o", out / f"g{evil}.csv"],
        ["export", root, root, "-o", out / "h.npy"],
        ["report", trained, "-o", out / f"report{evil}.html", *share],
        ["report", trained, out / "run2", "-o", out / "both.html", *share],
        ["report", trained, "-o", out / "both.html"],
        ["check", root],
        ["check", root, "--json"],
        ["search", trained, flat / f"n{short(names[0])}.png", "--in", root, "-o", out / f"near{evil}.png", *share],
        ["search", trained, flat / f"n{short(names[0])}.png", "--in", root, "--json", *share],
        ["duplicates", root, "-o", out / f"groups{evil}.html", *share],
        ["duplicates", root, "--json", *share],
        ["duplicates", root, "--list", *share],
        ["odd", root, trained, "-o", out / f"odd{evil}.html", *share],
        ["odd", root, trained, "--json", *share],
        ["label", trained, root, "--from", labels, "-o", out / f"labelled{evil}.csv", *share],
        ["label", trained, root, "--from", labels, *share],
        ["help", evil],
        [evil],
    ]
    for word in (evil, "\u202e", "\x9b", "\x1b]0;x\x07"):
        commands += [
            ["train", word, "-o", word], ["train", root, "-o", out, word], ["train", root, "-o", out, f"--{word}"],
            ["train", root, "-o", out, "--epochs", word], ["train", root, "-o", out, f"--preset={word}"],
            ["train", root, "-o", out, "--recipe", word], ["train", root, "-o", out, "--recipe", f"crop{word}(1)"],
            ["train", root, "-o", out, "--recipe", f"crop(\u200d{word}=1)"], ["train", root, "-o", out, "--recipe", f"flop\u0301\u200d{word}"],
            ["eval", word, "--train", word], ["export", word, word, "-o", word], ["preview", word, "-o", f"{word}.png"],
            ["check", word],
        ]  # fmt: skip
    # Every command that the help names, so that new ones are covered.
    for name in re.findall(r"^  (\w+)  ", soak.run(["help"]).output, re.MULTILINE):
        commands += [[name, evil], [name, root, flat, "-o", out / "x"], [name, "--out", evil, f"--{evil}"]]
    done = 0
    for words in commands:
        ended = soak.run(words)
        # The lines of a table end as RFC 4180 has it.
        examine(soak, figures, words, ended.output.replace("\r\n", "\n") + ended.errors)
        soak.expect(ended.code != 70 and ended.code < 128, f"{printable(str(words))}: exit {ended.code}")
        if "--json" in words and ended.code == 0:
            json.loads(ended.output)
        if ended.code in (64, 73):
            lines = [line for line in ended.errors.split("\n") if line.startswith("siam")]
            soak.expect(len(lines) == 1 and ended.errors.endswith("\n"), f"more than a line: {ended.errors!r}")
        done += ended.code == 0
    soak.expect(done >= 10, f"only {done} commands did their work")
    for words in [["train", root, "-o", out / "run3", "--epochs", "2", *SMALL, *share], *commands[4:12]]:
        examine(soak, figures, words, on_terminal([soak.siam, *map(str, words)]), OWN)
    soak.expect(len(list(out.rglob("*.html"))) >= 4, "a page was not written")
    for path in sorted(out.rglob("*")):
        if path.suffix in (".json", ".jsonl", ".txt", ".csv", ".html"):
            figures["files"] += 1
            text = path.read_bytes().decode().replace("\r\n", "\n")
            if path.name == "pictures.txt":  # print, tab, path: the one tab of a line is its own
                text = "\n".join(line.replace("\t", " ", 1) for line in text.split("\n"))
            examine(soak, figures, [path.name], text)
            if path.suffix == ".html":
                page(soak, text, scripts=0 if path.name.startswith(("groups", "odd")) else 2)
            if path.suffix == ".csv":
                tables(soak, text, flat if path.name.startswith("g") else root)
    return figures


def examine(soak: Soak, figures: dict, words: list, text: str, own: tuple | list = ()) -> None:
    for sequence in own:
        text = text.replace(sequence, "")
    figures["commands"] += 1
    figures["characters"] += len(text)
    found = raw(text)
    figures["raw"] += bool(found)
    soak.expect(not found, f"{printable(' '.join(map(str, words)))[-200:]}: {found}")


def tables(soak: Soak, text: str, root: Path) -> None:
    """No cell is a formula, every path is there under its shown name, and the table is as wide as its heading."""
    rows = list(csv.reader(text.split("\n")[:-1]))
    known = {one_line(str(path.relative_to(root))) for path in root.rglob("*.png")}
    for row in rows[1:]:
        soak.expect(len(row) == len(rows[0]), f"a row of {len(row)} cells under {len(rows[0])} headings")
        for cell in row[:2]:
            soak.expect(not cell.startswith(FORMULA), f"a formula: {printable(cell)}")
        name = row[0][1:] if row[0].startswith("'") and row[0] not in known else row[0]
        soak.expect(name in known, f"no such picture: {printable(row[0])}")
    soak.expect(len(rows) > 10, "a table without rows")


def page(soak: Soak, text: str, scripts: int) -> None:
    """No name opened or closed an element: those of scripts are the page's own, and none else would run one."""
    opened, closed = len(re.findall("<script", text, re.I)), len(re.findall("</script", text, re.I))
    own = text.count('<script type="text/plain" class="sheet">') + scripts
    soak.expect(opened == closed == own, f"{opened} scripts begin and {closed} end on a page, instead of {own}")
    soak.expect("<!--" not in text and not re.search(r"<[a-z]+[^>]*\son\w+=", text), "a name became an element")


def on_terminal(command: list[str]) -> str:
    """What a command writes when all its streams are a terminal of 200 columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    parts, limit = [], time.monotonic() + 60
    while time.monotonic() < limit:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    process.kill()
    process.wait()
    return b"".join(parts).decode(errors="replace")


def figure(f: dict) -> str:
    return f"{f['raw']} raw in {f['characters']:,} characters of {f['commands']} outputs and files"
