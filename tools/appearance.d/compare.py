"""The comparison of tools/appearance, in the environment that has cleanvision."""

import contextlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["TQDM_DISABLE"] = "1"
from cleanvision import Imagelab  # noqa: E402  (its progress bars are switched off above)
from PIL import Image, ImageFilter

# cleanvision's kind, and Siam's; a picture of one colour has a kind of its own in Siam.
KINDS = {
    "dark": ["dark_pictures", "flat_pictures"], "light": ["bright_pictures", "flat_pictures"],
    "low_information": ["nearly_flat_pictures", "flat_pictures"], "blurry": ["blurred_pictures"],
    "odd_aspect_ratio": ["long_pictures"],
}  # fmt: skip
SUFFIXES = (".jpg", ".jpeg", ".png")


def theirs(root: Path) -> dict[str, set[str]]:
    with contextlib.redirect_stdout(io.StringIO()):
        lab = Imagelab(filepaths=[str(path) for path in pictures(root)])
        lab.find_issues({kind: {} for kind in KINDS}, verbose=False)
    issues = lab.issues
    return {
        kind: {str(Path(path).relative_to(root)) for path in issues.index[issues[f"is_{kind}_issue"]]} for kind in KINDS
    }


def ours(siam: str, root: Path) -> dict[str, set[str]]:
    told = subprocess.run([siam, "check", root, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    found = {item["kind"]: item["examples"] for item in json.loads(told.stdout)["train"]["findings"]}
    return {
        kind: {text.split(": ")[0] for name in names for text in found.get(name, [])} for kind, names in KINDS.items()
    }


def pictures(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES)


def main() -> None:
    siam, root, count = sys.argv[1], Path(sys.argv[2]).resolve(), int(sys.argv[3])
    a, b = ours(siam, root), theirs(root)
    print(f"{len(pictures(root))} pictures of {root.name}\n| kind | both | only siam | only cleanvision |\n|---|---|---|---|")
    for kind in KINDS:
        print(f"| {kind} | {len(a[kind] & b[kind])} | {len(a[kind] - b[kind])} | {len(b[kind] - a[kind])} |")
        for who, names in ("siam", a[kind] - b[kind]), ("cleanvision", b[kind] - a[kind]):
            if names:
                print(f"  only {who}: {', '.join(sorted(names)[:5])}", file=sys.stderr)
    if not count:
        return
    some = random.Random(0).sample(pictures(root), min(count, len(pictures(root))))
    print("\n| blurred by a share of the longer side | siam | cleanvision |\n|---|---|---|")
    for share in (0, 0.01, 0.02, 0.04):
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "a").mkdir()
            for number, path in enumerate(some):
                picture = Image.open(path).convert("RGB")
                blurred = picture.filter(ImageFilter.GaussianBlur(share * max(picture.size)))
                blurred.save(Path(scratch) / "a" / f"{number}.png")
            found = [len(of["blurry"]) for of in (ours(siam, Path(scratch)), theirs(Path(scratch)))]
            print(f"| {share} | {found[0]} of {len(some)} | {found[1]} of {len(some)} |")


if __name__ == "__main__":  # cleanvision's workers import this file
    main()
