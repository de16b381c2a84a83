"""The image libraries' own test pictures: what Siam decodes each to, compared with Pillow."""

import fnmatch
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

from debian_sources import Unavailable, fetch, unpack
from soaking import SMALL, Soak

PROMISE = "every picture of the libraries' own test files is decoded as Pillow does, or refused with a reason; the run goes on"
HOW = (
    "the PNG and JPEG files in Debian's sources of libpng, libspng (PngSuite), libjpeg-turbo and Pillow: a training whose "
    "cache of decoded pictures is held against Pillow's pixels"
)
HERE = Path(__file__).resolve().parent
PACKAGES = {"libpng1.6": 190, "libspng": 200, "libjpeg-turbo": 20, "pillow": 440}  # and at least how many files each has
QUICK = ["libpng1.6", "libspng"]
LONGER = "a chunk is longer than the rest of the file"
CUT = "the file ends before its end mark"
CRC = "CRC error"
HEADER = "Invalid IHDR data"
TEXT = "the PNG signature was damaged, as by a text conversion"
KIND = "an unknown kind of file, neither PNG nor JPEG"

# The pictures that are refused, and why. PngSuite's broken ones begin with x; Pillow decodes those marked so, for it
# looks neither at the checksums of pixels nor behind the last row, and takes grey for a palette that is missing.
REFUSED = {
    "*/crashers/huge_*.png": LONGER,  # Pillow decodes huge_IDAT
    "*/crashers/bad_iCCP.png": CUT,
    "*/crashers/badadler.png": "IDAT: incorrect data check",
    "*/crashers/badcrc.png": CRC,  # Pillow decodes
    "*/crashers/invalid_gray_alpha_sbit.png": LONGER,
    "*/crashers/missing_plte.png": "Missing PLTE before IDAT",  # Pillow decodes
    "*/crashers/zero_gama.png": CUT,
    "*/crashers/zero_width.png": "the header gives an impossible size",
    "libspng*/xc[19]n*.png": HEADER,
    "libspng*/xd[039]n*.png": HEADER,
    "libspng*/x[cl][rf]n0g04.png": TEXT,
    "libspng*/xs7n0g01.png": TEXT,
    "libspng*/xs[124]n0g01.png": KIND,
    "libspng*/x[ch][sd]n*.png": CRC,  # Pillow decodes xcsn0g01
    "libspng*/xdtn0g01.png": "IEND: out of place",
    "libjpeg-turbo*/testorig12.jpg": "Unsupported JPEG data precision 12",
    "pillow*/broken.png": "the first chunk is not an IHDR",
    "pillow*/broken_data_stream.png": LONGER,
    "pillow*/truncated_image.png": LONGER,
    "pillow*/truncated_jpeg.jpg": "Premature end of JPEG file",
    # Pillow decodes stripes from a picture that was damaged throughout.
    "pillow*/hopper_bad_exif.jpg": "Corrupt JPEG data: premature end of data segment",
    "pillow*/apng/syntax_num_frames_zero.png": "IEND: out of place",  # no pixels but those of an animation
}

# The pictures that Pillow refuses although their pixels are whole, and why.
ONLY_HERE = {
    "*/crashers/empty_ancillary_chunks.png": "Truncated cHRM chunk",
    "pillow*/png_decompression_dos.png": "MAX_TEXT_CHUNK",
    "pillow*/apng/chunk_no_fctl.png": "APNG contains frame sequence errors",
}


def run(soak: Soak) -> dict:
    try:
        archives = fetch(QUICK if soak.quick else list(PACKAGES), soak.scratch / "apt", patience=20 if soak.quick else 600)
        python = python_with_pillow(soak.scratch / "venv", patience=30 if soak.quick else 600)
    except Unavailable as reason:
        return {"skipped": str(reason)}
    root, out = soak.scratch / "in", soak.scratch / "out"
    for package, archive in archives.items():
        count = unpack(archive, root, (".png", ".jpg", ".jpeg"))
        soak.expect(count >= PACKAGES[package], f"{package} holds {count} pictures only")
    every = {os.path.relpath(Path(folder, name), root) for folder, _, files in os.walk(root) for name in files}

    how = ["--max-bad", 1, "--exact-decode", "--cache", out / "cache"]
    ended = soak.run(["train", root, "-o", out / "run", "--epochs", 1, *SMALL, *how], timeout=600)
    soak.expect(ended.code == 0, f"train: exit {ended.code}: {ended.errors[-500:]}")
    crashes = int(ended.code > 128 or ended.code == 70)
    ended = soak.run(["export", out / "run", root, "-o", out / "f.npy", *how], timeout=600)
    soak.expect(ended.code == 0, f"export: exit {ended.code}: {ended.errors[-500:]}")
    crashes += int(ended.code > 128 or ended.code == 70)
    used = (out / "f.paths.txt").read_text().split("\n")[:-1]
    cache, slots, bad = read_cache(next((out / "cache").glob("*.cache")))
    soak.expect(len(slots) == len(used), f"{len(slots)} pictures in the cache, {len(used)} in the export")
    listed = set((out / "run" / "skipped.txt").read_text().split("\n")[:-1])
    soak.expect(listed == {f"{path}: {reason}" for path, reason in bad.items()}, "skipped.txt and the cache differ")
    soak.expect(set(used) | set(bad) == every, f"neither used nor refused: {sorted(every - set(used) - set(bad))[:5]}")

    questions = dict(zip(used, slots)) | {path: None for path in bad}
    answers = ask(python, cache, root, questions)
    figures = {"pictures": len(every), "decoded": len(used), "refused": len(bad), "equal": 0, "crashes": crashes,
               "only here": 0, "only there": 0}  # fmt: skip
    for path, answer in answers.items():
        if path in bad:
            reason = expected(REFUSED, path)
            figures["only there"] += "error" not in answer
            soak.expect(reason is not None and reason in bad[path], f"{path}: refused for {bad[path]}, Pillow: {answer}")
            continue
        soak.expect(expected(REFUSED, path) is None, f"{path}: decoded, and ought to be refused")
        if "error" in answer:
            figures["only here"] += 1
            reason = expected(ONLY_HERE, path)
            soak.expect(reason is not None and reason in answer["error"], f"{path}: decoded, Pillow: {answer['error']}")
        else:
            figures["equal"] += soak.expect(answer.get("most") == 0, f"{path}: other pixels than Pillow's: {answer}")
    return figures


def expected(reasons: dict[str, str], path: str) -> str | None:
    return next((reason for pattern, reason in reasons.items() if fnmatch.fnmatchcase(path, pattern)), None)


def read_cache(path: Path) -> tuple[Path, list[list[int]], dict[str, str]]:
    """Where each picture's pixels stand in a cache, in the order of the export's rows, and the reasons by paths."""
    data = path.read_bytes()
    start, rows, length = struct.unpack("<3q", data[-48:-24])
    facts = json.loads(data[start + rows : start + rows + length])
    slots = [struct.unpack_from("<7q", data, start + place) for place in range(0, rows, 56)]
    return path, [[slot[3], slot[1], slot[2]] for slot in slots], {item["path"]: item["reason"] for item in facts["bad"]}


def ask(python: str, cache: Path, root: Path, questions: dict) -> dict[str, dict]:
    """Pillow's answers by paths; see pillow_pictures.py."""
    lines = "".join(json.dumps({"path": str(root / path), "pixels": place}) + "\n" for path, place in questions.items())
    command = [python, str(HERE / "pillow_pictures.py"), str(cache)]
    ended = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=600, check=True)
    return dict(zip(questions, map(json.loads, ended.stdout.splitlines()), strict=True))


def python_with_pillow(venv: Path, patience: float) -> str:
    """A Python with the version of Pillow that made the reference files; SIAM_PILLOW_PYTHON may name one."""
    text = (HERE.parent / "reference" / "requirements.txt").read_text()
    wanted = re.search(r"(?m)^pillow==(\S+)$", text)[1]
    version = "import PIL; print(PIL.__version__)"
    for python in filter(None, (os.environ.get("SIAM_PILLOW_PYTHON"), sys.executable, HERE.parent.parent / ".venv/bin/python")):
        try:
            found = subprocess.run([python, "-c", version], capture_output=True, text=True).stdout
        except OSError:
            continue
        if found.strip() == wanted:
            return str(python)
    try:
        subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True, timeout=patience)
        install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1", f"pillow=={wanted}"]
        subprocess.run([venv / "bin/python", *install], check=True, capture_output=True, timeout=patience)
    except (subprocess.SubprocessError, OSError):
        raise Unavailable(f"pip could not install pillow {wanted}") from None
    return str(venv / "bin/python")


def figure(f: dict) -> str:
    if "skipped" in f:
        return f"skipped: {f['skipped']}"
    return (
        f"{f['pictures']} files, {f['crashes']} crashes: {f['decoded']} decoded, {f['equal']} of them with exactly Pillow's pixels, "
        f"{f['only here']} that Pillow refuses; {f['refused']} refused as expected by name, {f['only there']} of which Pillow decodes"
    )
