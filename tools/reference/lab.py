"""Condenses what the laboratory's experiments found: the findings without the courses.

    .build/release/siam lab scalar -o lab/scalar
    .build/release/siam lab modes -o lab/modes
    R="data/fashion-mini/train --test data/fashion-mini/test --quick"
    .build/release/siam lab prior $R --epochs 10 -o lab/prior
    .build/release/siam lab collapse $R --epochs 6 -o lab/collapse
    .build/release/siam lab speeds $R -o lab/speeds
    .build/release/siam lab expansion $R -o lab/expansion
    .build/release/siam lab mean-view $R --epochs 4 -o lab/mean-view
    .build/release/siam lab features $R --epochs 4 -o lab/features
    tools/reference/lab.py lab > data/reference/lab.json

The figures in docs/laboratory are those runs' SVG files.
"""

import json
import pathlib
import sys

EXTRA = {"prior": " --quick --epochs 10", "collapse": " --quick --epochs 6", "speeds": " --quick",
         "expansion": " --quick", "mean-view": " --quick --epochs 4", "features": " --quick --epochs 4"}

result = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/results.json")):
    found = json.loads(path.read_text())
    name = found["experiment"]
    root = " data/fashion-mini/train --test data/fashion-mini/test" if name in EXTRA else ""
    result[name] = {
        "command": f"siam lab {name}{root}{EXTRA.get(name, '')}", "form": found["form"], "seeds": len(found["seeds"]),
        "findings": found["findings"]}
print(json.dumps(result, indent=1, ensure_ascii=False))
