"""Older processors, emulated: the same binary runs on them, and its kernels give the same bits as here."""

import platform
import shutil
from pathlib import Path

from soaking import DATA, SMALL, Soak, methods, require, same_file

PROMISE = "one binary runs on every x86-64 processor from SSE2 on"
HOW = (
    "trainings with every method, on PNG and on JPEG that is reduced as it is decoded, evaluations, exports, contact sheets and "
    "a restored picture on emulated processors (qemu-user); what is written is compared with what the same kernels write here"
)

# Emulated processor, the kernels to be chosen there. Swift's runtime needs cmpxchg16b, which all but the first of 2003 have.
PROCESSORS = {
    "SSE2 only": ("qemu64,-pni,-popcnt,-svm", "plain"),
    "SSE4.2": ("Nehalem", "plain"),
    "AVX": ("SandyBridge", "plain"),
    "AVX2": ("Haswell-noTSX", "avx2"),
}
# Crops large enough that pictures of 75x53 are halved for views of 16x16.
REDUCED = "crop(0.9,1)|flip(0.5)|jitter(0.4,0.4,0.4,0.1,p=0.8)|grey(0.2)|blur(0.1,2)"


def run(soak: Soak) -> dict:
    figures = {"processors": 0, "files": 0}
    if platform.machine() != "x86_64":
        return figures
    require("qemu-x86_64", "qemu-user")
    drawn = soak.pictures("drawn", each=8)
    soak.pictures("judged", each=8, after=8)
    trained = methods(soak)[:1] if soak.quick else methods(soak)
    photographs = soak.scratch / "photographs"
    for number, source in enumerate(sorted((DATA / "reference" / "pictures").glob("*-4*.jpg"))):
        label = photographs / f"class-{number % 2}"
        label.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, label / source.name)
    chosen = list(PROCESSORS)[:1] if soak.quick else list(PROCESSORS)
    for name in chosen:
        model, kernels = PROCESSORS[name]
        if kernels != "plain" and kernels not in Path("/proc/cpuinfo").read_text():
            continue  # nothing here to compare with
        here, there = soak.scratch / f"here {name}", soak.scratch / f"there {name}"
        for folder in (here, there):
            folder.mkdir()
        emulator = ["qemu-x86_64", "-cpu", model]
        for words in commands(trained, here, drawn, photographs):
            ended = soak.run(words, {"SIAM_KERNELS": kernels})
            soak.expect(ended.code == 0, f"here: exit {ended.code}: {ended.errors[-300:]}")
        for words in commands(trained, there, drawn, photographs):
            ended = soak.run(words, {"SWIFT_BACKTRACE": "enable=no"}, emulator, timeout=600)
            soak.expect(ended.code == 0, f"{name}: exit {ended.code}: {ended.errors[-300:]}")
            if words[0] == "train":
                soak.expect(f"({kernels})" in ended.output, f"{name}: other kernels in {ended.output[:600]}")
        figures["processors"] += 1
        figures["files"] += compare(soak, name, here, there)
    return figures


def commands(trained: list[str], out: Path, drawn: Path, photographs: Path) -> list[list]:
    """The words of each command, all of which write into a folder."""
    trainings = [
        ["train", drawn, "-o", out / method, "--test", drawn.with_name("judged"), "--method", method, "--epochs", 2, *SMALL]
        for method in trained
    ]  # fmt: skip
    return trainings + [
        ["train", photographs, "-o", out / "reduced", "--epochs", 1, "--recipe", REDUCED, *SMALL],
        ["export", out / "reduced", photographs, "-o", out / "features.npy"],
        ["preview", photographs, "-o", out / "sheet.png", "--recipe", REDUCED, "--size", 16],
        ["restore", "denoise", photographs / "class-0" / "baseline-411.jpg", "-o", out / "clean.png", "--iterations", 3],
    ]


def compare(soak: Soak, name: str, here: Path, there: Path) -> int:
    """How many files of numbers and pixels were compared."""
    wanted = {"encoder.safetensors", "features.npy", "sheet.png", "clean.png"}
    files = [path.relative_to(here) for path in sorted(here.rglob("*")) if path.name in wanted]
    for file in files:
        soak.expect(same_file(there / file, here / file), f"{name}: {file} differs")
    soak.expect(bool(files), f"{name}: nothing was written")
    return len(files)


def figure(f: dict) -> str:
    if not f["processors"]:
        return "skipped: this is no x86-64 processor"
    return f"{f['processors']} processors: {f['files']} files, all equal byte for byte"
