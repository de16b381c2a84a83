"""Condenses the results of the laboratory's experiments: the findings without the curves.

    siam=.build/release/siam
    R="data/fashion-mini/train --test data/fashion-mini/test"
    C="cifar10-4000/train --test cifar10-4000/test"  # the first 400 and 100 pictures of each class, by name
    $siam lab scalar -o lab/scalar
    $siam lab modes -o lab/modes
    $siam lab prior $R --seeds 5 -o lab/prior
    $siam lab collapse $R --seeds 3 -o lab/collapse
    $siam lab speeds $R --seeds 3 -o lab/speeds
    $siam lab expansion $R --seeds 3 -o lab/expansion
    $siam lab mean-view $R -o lab/mean-view
    $siam lab features $R -o lab/features
    $siam lab features $C --seeds 3 -o lab/features-cifar10
    $siam lab constraint $R -o lab/constraint         # on 2026-11-28
    tools/reference/lab.py lab > data/reference/lab.json

The pictures of CIFAR-10 were a re-encoded copy, JPEG of quality about 75. The figures in docs/laboratory are those runs'
SVG files.
"""

import json
import pathlib
import sys

MACHINE = "2 cores of an AMD EPYC (Zen 5, AVX-512), shared with other work; Debian 12, Swift 6.3.1"
DATE = "2026-11-24"
MINI = " data/fashion-mini/train --test data/fashion-mini/test"
# What stands between the experiment's name and -o, by folder.
GIVEN = {
    "scalar": "", "modes": "", "prior": MINI + " --seeds 5", "collapse": MINI + " --seeds 3",
    "speeds": MINI + " --seeds 3", "expansion": MINI + " --seeds 3", "mean-view": MINI, "features": MINI,
    "constraint": MINI,
    "features-cifar10": " cifar10-4000/train --test cifar10-4000/test --seeds 3"}

result = {"machine": MACHINE, "date": DATE, "experiments": {}}
for folder, given in GIVEN.items():
    path = pathlib.Path(sys.argv[1]) / folder
    found = json.loads((path / "results.json").read_text())
    # results.md: the question, the method, then findings as a list, then the limits.
    parts = [part for part in (path / "results.md").read_text().split("\n\n") if not part.startswith(("#", "-", "!"))]
    result["experiments"][folder] = {
        "command": f"siam lab {found['experiment']}{given}", "form": found["form"], "seeds": found["seeds"],
        "method": parts[1], "limits": parts[-1], "findings": found["findings"]}
print(json.dumps(result, indent=1, ensure_ascii=False))
