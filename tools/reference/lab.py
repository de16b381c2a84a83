"""Gathers the results of the laboratory's experiments: findings and tables, without the curves.

    tools/reference/lab.py OUT > data/reference/lab.json

OUT holds a folder for each experiment, such as those of `tools/laboratory OUT` or of

    siam=.build/release/siam
    R="data/fashion-mini/train --test data/fashion-mini/test"
    $siam lab constraint $R -o OUT/constraint
    $siam lab mean-view $R --seeds 3 -o OUT/mean-view

What data/reference/lab.json has of other folders stays. Those of 2026-11-24 were made before verdicts followed one rule; in
features-cifar10 the first 400 and 100 pictures of each class, by name, were a re-encoded copy, JPEG of quality about 75.
"""

import datetime
import json
import pathlib
import sys

KEPT = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference" / "lab.json"
MACHINE = [line for line in open("/proc/cpuinfo") if line.startswith("model name")][0].split(":")[1].strip()


def tables(text: str) -> list:
    """The tables of results.md, as lists of cells."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("| ---")]


def gathered(path: pathlib.Path) -> dict:
    found, text = json.loads((path / "results.json").read_text()), (path / "results.md").read_text()
    # results.md: the question, the method, then findings, tables and the limits.
    parts = [part for part in text.split("\n\n") if not part.startswith(("#", "-", "!", "|")) and not part.endswith(":")]
    return {
        "date": datetime.date.today().isoformat(),
        "machine": MACHINE,
        "experiment": found["experiment"],
        "form": found["form"],
        "seeds": found["seeds"],
        "method": parts[1],
        "limits": parts[2],
        "findings": found["findings"],
        "table": tables(text),
        **({"minutes of one thread": round(found["seconds"] / 60, 1)} if "seconds" in found else {}),
    }


result = json.loads(KEPT.read_text())
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/results.json")):
    result["experiments"][path.parent.name] = gathered(path.parent)
print(json.dumps(result, indent=1, ensure_ascii=False))
